"""How the form is laid out: two columns that scroll by themselves, or one below the other where there is no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.ui.scroll_area import scroll_area

if TYPE_CHECKING:
    from dinoexplorer.ui.train.launch_form import LaunchForm

TWO_COLUMNS = 860
"""Width from which on there are two columns."""
_MARGIN, _GAP = 16, 12
_WIDEST, _SIDE_WIDEST = 860, 480


class LaunchLayout(QObject):
    """Places the parts of a form, and places them anew when its width changes."""

    def __init__(self, form: LaunchForm) -> None:
        super().__init__(form)
        self._main, self._side = _column(form), _column(form)
        self._main_area, self._side_area = scroll_area(self._main, form), scroll_area(None, form)
        self._main_area.setMaximumWidth(_WIDEST)
        self._side_area.setMaximumWidth(_SIDE_WIDEST)
        settings = _card(self._main, form.settings)
        for card in (_what_card(form, self._main), settings, _card(self._main, form.sweep)):
            _add(self._main, card)
        for card in (form.estimate_view, form.data_view, form.command):
            _add(self._side, card)
        columns = QHBoxLayout()
        columns.setSpacing(0)
        columns.addStretch(1)
        columns.addWidget(self._main_area, 60)
        columns.addWidget(self._side_area, 40)
        columns.addStretch(1)
        line = QFrame(form)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFixedHeight(1)
        line.setObjectName("rule")
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(columns, 1)
        column.addWidget(line)
        column.addWidget(form.start_bar)
        self._goal: QWidget | None = None
        self._settings = form.settings
        form.settings.completed.connect(self._on_completed)
        self._wide: bool | None = None
        self._place(wide=form.width() >= TWO_COLUMNS)
        form.installEventFilter(self)

    @property
    def wide(self) -> bool:
        """Whether there are two columns."""
        return bool(self._wide)

    def scroll_to(self, widget: QWidget) -> None:
        """Bring ``widget`` into sight, and again when everything above it has been made."""
        self._goal = None if self._settings.complete() else widget
        if (layout := self._main.layout()) is not None:
            layout.activate()
        self._main_area.ensureWidgetVisible(widget, 0, 48)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._place(wide=watched.width() >= TWO_COLUMNS)
        return False

    @Slot()
    def _on_completed(self) -> None:
        if self._goal is not None:
            self.scroll_to(self._goal)

    def _place(self, *, wide: bool) -> None:
        if wide == self._wide:
            return
        self._wide = wide
        if wide:
            layout = self._main.layout()
            if layout is not None:
                layout.removeWidget(self._side)
            self._side_area.setWidget(self._side)
        else:
            self._side_area.takeWidget()
            _add(self._main, self._side)
        self._side.setContentsMargins(0, 0, 0, 0)
        side = self._side.layout()
        if side is not None:
            side.setContentsMargins(*((0, _MARGIN, _MARGIN, _MARGIN) if wide else (0, 0, 0, 0)))
        self._side.show()
        self._side_area.setVisible(wide)


def _column(parent: QWidget) -> QWidget:
    widget = QWidget(parent)
    widget.setObjectName("plain")
    column = QVBoxLayout(widget)
    column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    column.setSpacing(_GAP)
    column.addStretch(1)
    return widget


def _add(column: QWidget, widget: QWidget) -> None:
    """Put ``widget`` at the end of a column, above the stretch."""
    layout = column.layout()
    assert isinstance(layout, QVBoxLayout)  # noqa: S101  made above
    layout.insertWidget(layout.count() - 1, widget)


def _card(parent: QWidget, inner: QWidget) -> QFrame:
    card = QFrame(parent)
    card.setObjectName("card")
    column = QVBoxLayout(card)
    column.setContentsMargins(4, 12, 4, 12)
    column.addWidget(inner)
    return card


def _what_card(form: LaunchForm, parent: QWidget) -> QFrame:
    """Recipe, pictures and name."""
    card = QFrame(parent)
    card.setObjectName("card")
    rows = QFormLayout(card)
    rows.setContentsMargins(16, 14, 16, 14)
    rows.setHorizontalSpacing(12)
    rows.setVerticalSpacing(10)
    rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    for text, field in (("Recipe", form.recipe), ("Pictures", form.data), ("Name", form.name_field)):
        label = QLabel(text, card)
        label.setMinimumWidth(136)
        label.setContentsMargins(0, 6, 0, 0)
        rows.addRow(label, field)
    return card
