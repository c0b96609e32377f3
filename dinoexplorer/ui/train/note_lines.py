"""Problems and warnings, one below the other, each with its sign."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.ui import icons
from dinoexplorer.ui.colours import DARK, LIGHT, is_dark
from dinoexplorer.ui.texts import foreign_label


class NoteLines(QWidget):
    """A sentence on each line; what hinders is in the colour of danger, what does not in that of a warning."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._shown: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._signs: list[tuple[QLabel, str]] = []
        self.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every sentence, problems first."""
        return self._shown[0] + self._shown[1]

    def set_notes(self, problems: Sequence[str], warnings: Sequence[str]) -> None:
        """Show these sentences."""
        notes = (tuple(problems), tuple(warnings))
        if notes == self._shown:
            return
        self._shown = notes
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._signs.clear()
        for role, sentences in zip(("problem", "warning"), notes, strict=True):
            for sentence in sentences:
                self._column.addWidget(self._new_line(role, sentence))
        self.setVisible(any(notes))
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _new_line(self, role: str, sentence: str) -> QWidget:
        line = QWidget(self)
        sign, text = QLabel(line), foreign_label(line)
        text.setProperty("role", role)
        text.setText(sentence)
        text.setWordWrap(True)
        text.setAccessibleName("Problem" if role == "problem" else "Warning")
        text.setAccessibleDescription(sentence)
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        self._signs.append((sign, role))
        return line

    def _dress(self) -> None:
        colours = DARK if is_dark(self.palette()) else LIGHT
        for sign, role in self._signs:
            problem = self.palette().color(QPalette.ColorRole.BrightText)
            colour = problem if role == "problem" else QColor(colours.warning)
            sign.setPixmap(icons.picture("warning", colour, icons.SIZE, self.devicePixelRatioF()))
