"""One generator beside the main one: its head, its picture, or why there is none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.comparing.captions import Caption, name_of
from dinoexplorer.rendering.frames import Frame
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.compare.cell_frame import CellFrame
from dinoexplorer.ui.compare.cell_head import CellHead
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.image_view import ImageView
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.thin_bar import ThinBar

LEAST = 88  # pixels of a picture


class CompareCell(CellFrame):
    """A checkpoint by its key. What is chosen in it is the owner's business."""

    chosen = Signal(int, str)  # key; a way of the head or of what is told

    def __init__(self, key: int, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(CellHead(), parent)
        self.key, self.path = key, path
        self.view = ImageView(self)
        self.view.setMinimumSize(LEAST, LEAST)
        self.head.chosen.connect(self._on_chosen)
        self.head.set_caption(Caption(name_of(path), path.stem))
        self.head.set_ready(False)
        self._busy, self._told = ThinBar(self), _Told(self)
        self._busy.setFixedWidth(96)
        self._told.chosen.connect(self._on_chosen)
        over = QGridLayout()
        over.addWidget(self.view, 0, 0)
        over.addWidget(self._busy, 0, 0, Qt.AlignmentFlag.AlignCenter)
        over.addWidget(self._told, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(over, 1)

    @property
    def sentence(self) -> str:
        """What is said in place of the picture, empty when nothing is."""
        return "" if self._told.isHidden() else self._told.text.text()

    @property
    def opening(self) -> bool:
        """Whether it is still being opened."""
        return not self._busy.isHidden()

    def show_open(self, caption: Caption) -> None:
        """It is open from now on."""
        self._busy.hide()
        self.head.set_caption(caption)
        self.head.set_ready(True)
        self.view.setAccessibleName(f"Picture of {caption.text}")

    def show_frame(self, frame: Frame) -> None:
        """Show its newest picture, or the sentence that says why there is none."""
        self.view.show_frame(frame)
        if frame.error:
            self.tell(frame.error, {})
        else:
            self._told.hide()

    def tell(self, sentence: str, ways: dict[str, str]) -> None:
        """Say why there is no picture, with buttons for the ways out; said again, nothing changes."""
        self._busy.hide()
        if sentence != self.sentence:
            self._told.tell(sentence, ways)
            announce(self, f"{self.head.caption.title}: {sentence}")

    def clear(self) -> None:
        """Show no picture; what is told stays."""
        self.view.clear()

    def _on_chosen(self, name: str) -> None:
        self.chosen.emit(self.key, name)


class _Told(QWidget):
    """A sentence and the ways out, as small as a cell."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = foreign_label(self)
        self.text.setWordWrap(True)
        self.text.setProperty("role", "small")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self.text)
        column.addLayout(self._row)
        self.hide()

    def tell(self, sentence: str, ways: dict[str, str]) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.text.setText(sentence)
        self._row.addStretch()
        for name, text in ways.items():
            button = IconButton("", text, self, text=text)
            button.setProperty("quiet", True)
            button.setObjectName(name)
            button.clicked.connect(self._on_clicked)
            self._row.addWidget(button)
        self._row.addStretch()
        self.show()
        self.raise_()

    def _on_clicked(self) -> None:
        self.chosen.emit(self.sender().objectName())
