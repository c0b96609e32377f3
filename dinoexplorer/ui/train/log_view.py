"""What a run printed, with its errors and warnings found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPalette,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from dinoexplorer.runs.views import RunDetail
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.run_report import run_report

_MOST_LINES = 4000
_OVERLAP = 400


class ProblemMarks(QSyntaxHighlighter):
    """Problems in bold on a tinted ground, so that colour is not the only sign."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.problems: frozenset[str] = frozenset()
        self._format = QTextCharFormat()

    def dress(self, palette: QPalette) -> None:
        """Take the colours of a theme."""
        colour = palette.color(QPalette.ColorRole.BrightText)
        ground = QColor(colour)
        ground.setAlpha(36)
        self._format = QTextCharFormat()
        self._format.setForeground(colour)
        self._format.setBackground(ground)
        self._format.setFontWeight(QFont.Weight.Bold)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if text.strip() in self.problems:
            self.setFormat(0, len(text), self._format)


class LogView(QWidget):
    """Plain text that grows at its end, and stays where a person scrolled to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail: RunDetail | None = None
        self._log = ""
        self._told = -1
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setMaximumBlockCount(_MOST_LINES)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName("Log of the run")
        self.text.setTabChangesFocus(True)
        self._marks = ProblemMarks(self.text.document())
        self.next = IconButton("warning", "Next problem in the log", self, text="Next problem")
        about = "Copy a report: what happened, the last lines and the machine"
        self.copy = IconButton("copy", about, self, text="Copy report")
        self._label = foreign_label(self)
        self._label.setProperty("role", "small")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._label, 1)
        row.addWidget(self.next)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.text, 1)
        self.next.clicked.connect(self.show_next_problem)
        self.copy.clicked.connect(self.copy_report)
        self._marks.dress(self.palette())
        self._tell_count()

    @property
    def label(self) -> str:
        """What is said above the log."""
        return self._label.text()

    def set_detail(self, detail: RunDetail) -> None:
        """Show the log of a run, or what has come to it."""
        another = self._detail is None or self._detail.row.folder != detail.row.folder
        problems = frozenset(line.strip() for line in detail.problems)
        fresh = problems != self._marks.problems
        self._detail, self._marks.problems = detail, problems
        if another or detail.log != self._log:
            self._set_log(detail.log, another=another)
        if fresh:
            self._marks.rehighlight()
        self._tell_count()

    def problem_blocks(self) -> list[QTextBlock]:
        """The lines of the log that are problems, from top to bottom."""
        found, block = [], self.text.document().begin()
        while block.isValid():
            if block.text().strip() in self._marks.problems:
                found.append(block)
            block = block.next()
        return found

    @Slot()
    def show_next_problem(self) -> None:
        """Go to the first problem below the cursor, after the last one to the first."""
        blocks = self.problem_blocks()
        if not blocks:
            return
        here = self.text.textCursor().block().blockNumber() if self.text.textCursor().hasSelection() else -1
        place = next((n for n, block in enumerate(blocks) if block.blockNumber() > here), 0)
        cursor = QTextCursor(blocks[place])
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        self.text.setTextCursor(cursor)
        self.text.centerCursor()
        self._label.setText(f"Problem {place + 1} of {len(blocks)}")
        announce(self.text, blocks[place].text())

    @Slot()
    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        if self._detail is not None:
            QGuiApplication.clipboard().setText(run_report(self._detail))
            self._label.setText("The report is on the clipboard")
            announce(self, self._label.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._marks.dress(self.palette())

    def _set_log(self, log: str, *, another: bool) -> None:
        bar = self.text.verticalScrollBar()
        at_end = another or bar.value() >= bar.maximum() - 2
        added = None if another else _added(self._log, log)
        self._log = log
        if added is None:
            self.text.setPlainText(log)
        else:
            cursor = QTextCursor(self.text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(added)
        if at_end:
            bar.setValue(bar.maximum())

    def _tell_count(self) -> None:
        count = len(self._marks.problems)
        self.next.setEnabled(count > 0)
        self.copy.setEnabled(self._detail is not None)
        if count != self._told:
            self._told = count
            plural = "" if count == 1 else "s"
            self._label.setText(f"{count or 'No'} problem{plural} found in the log")


def _added(old: str, new: str) -> str | None:
    """What came to a log whose beginning may have been cut; None when the two do not overlap."""
    if new.startswith(old):
        return new[len(old) :]
    tail = old[-_OVERLAP:]
    place = new.find(tail) if tail else -1
    return new[place + len(tail) :] if place >= 0 else None
