"""What was found where the pictures come from."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.runs.views import DataReport
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_tool_tip, foreign_label
from dinoexplorer.ui.thin_bar import ThinBar
from dinoexplorer.ui.train.note_lines import NoteLines
from dinoexplorer.ui.train.picture_strip import PictureStrip

_CLASSES_NAMED = 8


class DataView(QFrame):
    """A card: how many pictures, of which classes, what is wrong with them, and a few of them to see."""

    look_again_asked = Signal()
    prepare_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("The pictures")
        self._count, self._classes = foreign_label(self), foreign_label(self)
        self._classes.setProperty("role", "small")
        self._bar, self.notes, self.strip = ThinBar(self), NoteLines(self), PictureStrip(self)
        for label in (self._count, self._classes):
            label.setWordWrap(True)
        title = QLabel("The pictures", self)
        title.setProperty("role", "heading")
        self.again_button = IconButton("", "Look at the pictures again", self, text="Look again")
        self.again_button.setProperty("quiet", True)
        self.again_button.clicked.connect(self.look_again_asked)
        self.prepare_button = IconButton("", "Prepare pictures", self, text="Prepare…")
        self.prepare_button.setToolTip("Crop, clean and check the pictures first (Ctrl+Shift+P)")
        self.prepare_button.setProperty("quiet", True)
        self.prepare_button.clicked.connect(self.prepare_asked)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.prepare_button)
        head.addWidget(self.again_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 14)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self._count, self._classes, self._bar, self.notes, self.strip):
            column.addWidget(widget)
        self._report: DataReport | None = None
        self._drawn: int | None = None
        self.set_looking()

    @property
    def text(self) -> str:
        """How many pictures were found, or what is under way."""
        return self._count.text()

    @property
    def classes_text(self) -> str:
        return self._classes.text()

    def set_looking(self) -> None:
        """Say that the pictures are being looked at."""
        self._report = None
        self._count.setText("Looking at the pictures…")
        self._classes.hide()
        self._bar.show()
        self.again_button.setEnabled(False)
        self.notes.set_notes((), ())

    def set_failure(self, sentence: str) -> None:
        """Say why they could not be looked at."""
        self._report = None
        self._count.setText("The pictures could not be looked at.")
        self._classes.hide()
        self._bar.hide()
        self.again_button.setEnabled(True)
        self.notes.set_notes((sentence,), ())
        self.strip.hide()

    def set_report(self, report: DataReport) -> None:
        """Show what was found."""
        self._report, classes = report, report.classes
        self._show_count(report)
        named = ", ".join(classes[:_CLASSES_NAMED])
        rest = len(classes) - _CLASSES_NAMED
        self._classes.setText(f"{named} and {rest} more" if rest > 0 else named)
        self._classes.setToolTip(as_tool_tip("\n".join(classes[:60])))
        self._classes.setVisible(len(classes) > 0)
        self._bar.hide()
        self.again_button.setEnabled(True)
        self.notes.set_notes(report.problems, report.warnings)
        self.strip.set_pictures(report.examples)

    def set_drawn(self, count: int | None) -> None:
        """How many pictures the program will draw by the settings; None when it draws none."""
        self._drawn = count
        if self._report is not None:
            self._show_count(self._report)

    def _show_count(self, report: DataReport) -> None:
        count = report.count if self._drawn is None or not report.count else self._drawn
        pictures = f"{count:,} pictures" if count != 1 else "1 picture"
        kinds = len(report.classes)
        inside = f" in {kinds} classes" if kinds > 1 else " in one class" if kinds else ""
        self._count.setText(f"{pictures}{inside}" if count else "No pictures")
