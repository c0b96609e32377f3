"""The tab of directions: its head, what is being looked for, what was found, the sliders, and arithmetic."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.code_mime import Named
from dinoexplorer.ui.directions.arithmetic_row import ArithmeticRow
from dinoexplorer.ui.directions.candidate_list import CandidateList
from dinoexplorer.ui.directions.direction_list import DirectionList
from dinoexplorer.ui.directions.find_button import FindButton
from dinoexplorer.ui.directions.group_sources import GroupSources
from dinoexplorer.ui.directions.teach_form import TeachForm
from dinoexplorer.ui.directions.work_line import WorkLine
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.train.fold_button import FoldButton

_AIR = 6


class DirectionsPanel(QFrame):
    """Holds the parts; what they ask for is answered by the desk."""

    shown = Signal()

    def __init__(
        self,
        thumbnailer: Thumbnailer,
        sources: Callable[[], GroupSources],
        offered: Callable[[], list[Named]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setMinimumWidth(264)
        self.finder, self.work = FindButton(self), WorkLine(self)
        self.teach = IconButton("", "Teach a direction", self, text="Teach")
        self.teach.setCheckable(True)
        self.teach.setToolTip("Teach a direction from two groups of examples (Ctrl+Shift+D)")
        self.more = IconButton("dots", "Files of directions", self)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.more.setMenu(self.menu)
        self.load = self.menu.addAction("Load directions…")
        self.save = self.menu.addAction("Save the directions…")
        self.menu.addSeparator()
        self.pictures = self.menu.addAction("Show the pictures")
        self.pictures.setCheckable(True)
        self.pictures.setChecked(True)
        self._content = QWidget(self)
        self._content.setObjectName("plain")
        self.form = TeachForm(sources, self._content)
        self.candidates = CandidateList(thumbnailer, self._content)
        self.list = DirectionList(thumbnailer, self._content)
        self.arithmetic_fold = FoldButton("Arithmetic", self._content)
        self.arithmetic_fold.setProperty("quiet", True)
        self.arithmetic = ArithmeticRow(offered, thumbnailer, self._content)
        self._scroll = scroll_area(self._content, self)
        self._lay_out()
        self._sought: QWidget | None = None
        self._reveal_turn = QTimer(self, interval=0, singleShot=True)  # a new card has its place a turn later
        self._reveal_turn.timeout.connect(self._on_reveal_turn)
        self.form.hide()
        self.arithmetic.hide()
        self.teach.toggled.connect(self._on_teach_toggled)
        self.arithmetic_fold.toggled.connect(self._on_arithmetic_toggled)
        self.pictures.toggled.connect(self._on_pictures_toggled)

    def reveal(self, widget: QWidget) -> None:
        """Scroll until a part of the panel is seen."""
        self._sought = widget
        self._reveal_turn.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _lay_out(self) -> None:
        title = QLabel("Directions", self)
        title.setProperty("role", "heading")
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 6)
        head.setSpacing(4)
        head.addWidget(title, 1)
        for button in (self.finder, self.teach, self.more):
            head.addWidget(button)
        rows = QVBoxLayout(self._content)
        rows.setContentsMargins(12, 0, 8, 4)
        rows.setSpacing(8)
        for widget in (self.form, self.candidates, self.list, self.arithmetic_fold, self.arithmetic):
            rows.addWidget(widget)
        rows.setAlignment(self.arithmetic_fold, Qt.AlignmentFlag.AlignLeft)
        rows.addStretch()
        told = QHBoxLayout()
        told.setContentsMargins(12, 0, 8, 0)
        told.addWidget(self.work)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 4)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(told)
        column.addWidget(self._scroll, 1)

    @Slot()
    def _on_reveal_turn(self) -> None:
        if self._sought is not None:
            top, room = self._sought.mapTo(self._content, QPoint()).y(), self._scroll.viewport().height()
            bar = self._scroll.verticalScrollBar()
            bottom = top + min(self._sought.height(), room - _AIR) + _AIR  # of what is taller the beginning is shown
            bar.setValue(min(max(bar.value(), bottom - room), max(top - _AIR, 0)))
            self._sought = None

    @Slot(bool)
    def _on_teach_toggled(self, shown: bool) -> None:
        self.form.setVisible(shown)
        if shown:
            self.reveal(self.form)

    @Slot(bool)
    def _on_arithmetic_toggled(self, shown: bool) -> None:
        self.arithmetic.setVisible(shown)
        if shown:
            self.reveal(self.arithmetic)

    @Slot(bool)
    def _on_pictures_toggled(self, shown: bool) -> None:
        self.list.fold_all(not shown)
