"""The panel of the tab Space."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.document.standing import LARGEST_TRUNCATION
from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.latent.shell import Shell
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.amount_row import AmountRow
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.space.class_rows import ClassRows
from dinoexplorer.ui.space.ranked_row import RankedRow
from dinoexplorer.ui.space.shell_bar import ShellBar

RADIUS = 0.4
_LARGEST_RADIUS = 2.0


class SpacePanel(QFrame):
    """Random draws, a surprise near here, how usual the present code is, the classes, and the ends of the scale."""

    def __init__(self, thumbnailer: Thumbnailer, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setMinimumWidth(264)
        self.truncation = AmountRow("Truncation", 1.5, self, most=LARGEST_TRUNCATION, rest=1.0)
        self.truncation.explain("How far random pictures spread: 1 as the data do, less is more typical, 0 the middle")
        self.radius = AmountRow("Radius", _LARGEST_RADIUS, self, most=10.0, rest=RADIUS)
        self.radius.explain("How far a surprise may be from here, in deviations of the data")
        self.random = _button("random", actions["random"], self)
        self.surprise = _button("surprise", actions["surprise"], self)
        self.shell, self.words = ShellBar(self), QLabel(self)
        self.words.setProperty("role", "small")
        self.classes = ClassRows(self)
        self.ranked = RankedRow(thumbnailer, self)
        self._class_title = _title("Classes", self)
        self._lay_out()
        self.set_info(None)

    def set_info(self, info: GeneratorInfo | None) -> None:
        """Show what this generator has."""
        conditional = info is not None and info.conditional
        self._class_title.setVisible(conditional)
        self.classes.setVisible(conditional)
        self.classes.set_classes(info.classes if info is not None and conditional else ())
        self.ranked.show_nothing("")
        self.setEnabled(info is not None)

    def show_length(self, shell: Shell | None, length: float) -> None:
        """Show how far from the middle the present code lies, once it is known how far codes lie."""
        self.words.setText("" if shell is None else f"{shell.words(length)}: {length:.2f} from the middle")
        if shell is not None:
            low, high = shell.typical_range
            self.words.setToolTip(f"95 of 100 codes lie between {low:.2f} and {high:.2f}")
            self.shell.show_length(shell, length)

    def _lay_out(self) -> None:
        inner = QWidget(self)
        inner.setObjectName("plain")
        body = QVBoxLayout(inner)
        body.setContentsMargins(12, 8, 12, 8)
        body.setSpacing(4)
        sections: tuple[tuple[QWidget, tuple[QWidget, ...]], ...] = (
            (_title("Random pictures", self), (self.truncation, self.random)),
            (_title("Surprise me like this", self), (self.radius, self.surprise)),
            (_title("How usual is this one?", self), (self.shell, self.words)),
            (self._class_title, (self.classes,)),
            (_title("Typical and unusual", self), (self.ranked,)),
        )
        for title, widgets in sections:
            body.addWidget(title)
            for widget in widgets:
                if isinstance(widget, IconButton):
                    line = QHBoxLayout()
                    line.addWidget(widget)
                    line.addStretch()
                    body.addLayout(line)
                else:
                    body.addWidget(widget)
            body.addSpacing(10)
        body.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 8)
        column.addWidget(scroll_area(inner, self))


def _title(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "heading")
    return label


def _button(icon: str, action: QAction, parent: QWidget) -> IconButton:
    button = IconButton(icon, action.text(), parent, text=action.iconText())
    button.follow(action)
    return button
