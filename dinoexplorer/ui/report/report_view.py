"""A report in sections, as its page has them; what comes later is put where it belongs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from dinoexplorer.reports.kept import KeptReport
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.report.checkpoint_chooser import checkpoint_name
from dinoexplorer.ui.report.section import Section
from dinoexplorer.ui.report.sheet_view import SheetView
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.texts import as_label, as_tool_tip, foreign_label
from dinoexplorer.ui.train.amounts import day_text
from dinoexplorer.ui.train.choice_control import plain
from dinoexplorer.ui.train.sheet_loader import Sheet as SheetPicture
from dinoexplorer.ui.train.sheet_loader import read_sheet

_NOTHING = (
    "No report of this checkpoint yet.\n\nTick on the left what to ask and press Evaluate (Ctrl+Return). Each answer"
    " appears here as soon as it is there; it is kept, and nothing is computed twice."
)


class ReportView(QFrame):
    """Shows one report, and lists the others of the checkpoint."""

    shown_changed = Signal()
    report_chosen = Signal(object)  # KeptReport, of the menu

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.kept: KeptReport | None = None
        self.sections: dict[str, Section] = {}
        self._reports: tuple[KeptReport, ...] = ()
        self._waiting: dict[str, SheetView] = {}  # by the file of what is being read
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._on_turn)
        self._background = Background(self)
        self._background.finished.connect(self._on_read)
        self.title, self.facts, self.warning, self.missed, self.empty = (foreign_label(self) for _ in range(5))
        self.title.setProperty("role", "title")
        self.facts.setProperty("role", "small")
        self.warning.setProperty("role", "warning")
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (self.title, self.facts, self.warning, self.missed, self.empty):
            label.setWordWrap(True)
        for label in (self.title, self.facts):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.missed.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.others = MenuButton("", "Reports of this checkpoint", self)
        plain(self.others)
        self.others.choices().triggered.connect(self._on_chosen)
        self.page = IconButton("save", "Save as a page", self, text="Save as HTML…")
        self.table = IconButton("save", "Save as a table", self, text="Save as CSV…")
        self._lay_out()
        self.show_reports(())

    @property
    def text(self) -> str:
        """What is said where there is no report."""
        return self.empty.text()

    def follow(self, page: QAction, table: QAction) -> None:
        """Let the buttons do what these actions do."""
        self.page.follow(page)
        self.table.follow(table)

    def show_reports(self, reports: tuple[KeptReport, ...], problem: str = "") -> None:
        """Show the newest of the reports of a checkpoint, or the one of them that is shown already.

        Without any, ``problem`` or how one is made.
        """
        self._reports = reports
        if reports:
            shown = self.kept.folder if self.kept is not None else None
            self.show_report(next((one for one in reports if one.folder == shown), reports[0]))
        else:
            self.kept = None
            self._clear()
            self.empty.setText(problem or _NOTHING)
            self._stack.setCurrentWidget(self.empty)
            self._show_head()
            self.shown_changed.emit()

    def show_report(self, kept: KeptReport) -> None:
        """Show a report; of the one that is shown already only what is new."""
        if self.kept is None or self.kept.folder != kept.folder:
            self._clear()
            self._area.verticalScrollBar().setValue(0)
        self.kept = kept
        self._turn.start()
        others = (other for other in self._reports if other.folder != kept.folder)
        others = (other for other in others if other.sha256 == kept.sha256)
        self._reports = tuple(sorted((kept, *others), key=lambda one: -one.made))
        lines = [f"{kept.report.titles[name]}: {reason}." for name, reason in kept.report.missed.items()]
        self.missed.setText("\n".join(["Not measured", *lines]) if lines else "")
        self.missed.setVisible(bool(lines))
        self.warning.setText(kept.remark)
        self.warning.setVisible(bool(kept.remark))
        self._stack.setCurrentWidget(self._area)
        self._show_head()
        self.shown_changed.emit()

    @property
    def complete(self) -> bool:
        """Whether all sections of the report are there."""
        return not self._turn.isActive()

    def close_down(self) -> None:
        """Wait for pictures that are being read."""
        self._turn.stop()
        self._background.close()

    @Slot()
    def _on_turn(self) -> None:
        """Make the next section that is missing, and leave the others to later turns: the window stays quick."""
        if self.kept is None:
            return
        for place, (name, outcome) in enumerate(self.kept.report.outcomes.items()):
            section = self.sections.get(name)
            if section is None or section.outcome != outcome:
                self._replace(place, name, Section(self.kept.report.titles[name], outcome, self._inner))
                self._turn.start()
                return

    def _replace(self, place: int, name: str, section: Section) -> None:
        old = self.sections.pop(name, None)
        if old is not None:
            self._drop(old)
        self.sections[name] = section
        self._column.insertWidget(place, section)
        section.show()
        folder = self.kept.folder if self.kept is not None else Path()
        for view in section.sheets:
            path = folder / Path(view.sheet.file).name
            self._waiting[str(path)] = view
            self._background.start(str(path), partial(read_sheet, path))

    def _clear(self) -> None:
        for section in self.sections.values():
            self._drop(section)
        self.sections = {}
        self._waiting = {}

    def _drop(self, section: Section) -> None:
        self._waiting = {path: view for path, view in self._waiting.items() if view not in section.sheets}
        self._column.removeWidget(section)
        section.hide()
        section.deleteLater()

    def _show_head(self) -> None:
        kept = self.kept
        self.title.setText(kept.title if kept is not None else "")
        made = f"  ·  made {day_text(kept.made)}" if kept is not None and kept.made else ""
        self.facts.setText(f"{checkpoint_name(kept.checkpoint)}  ·  {kept.pictures}{made}" if kept is not None else "")
        for widget in (self.title, self.facts, self.page, self.table):
            widget.setVisible(kept is not None)
        self.others.setVisible(len(self._reports) > 1)
        self.others.setText(f"{len(self._reports)} reports")
        self.others.updateGeometry()
        menu = self.others.choices()
        menu.clear()
        for place, one in enumerate(self._reports):
            text = f"{day_text(one.made)}   –   {one.pictures}"
            action = menu.addAction(as_label(text))
            action.setData(place)
            action.setCheckable(True)
            action.setChecked(kept is not None and one.folder == kept.folder)
            action.setToolTip(as_tool_tip(str(one.folder)))

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self.report_chosen.emit(self._reports[action.data()])

    @Slot(str, object)
    def _on_read(self, path: str, picture: object) -> None:
        view = self._waiting.pop(path, None)
        if view is not None and isinstance(picture, SheetPicture):
            view.show_picture(picture)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.facts)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(words, 1)
        for widget in (self.others, self.page, self.table):
            head.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self._inner = QWidget(self)
        self._inner.setObjectName("plain")
        within = QVBoxLayout(self._inner)
        within.setContentsMargins(0, 0, 12, 0)
        within.setSpacing(16)
        within.addWidget(self.warning)
        self._column = QVBoxLayout()
        self._column.setSpacing(28)
        within.addLayout(self._column)
        within.addWidget(self.missed)
        within.addStretch(1)
        self._area = scroll_area(self._inner, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._area)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 8, 12)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
