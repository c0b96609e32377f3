"""The metrics that can be asked of a checkpoint, each with a box to tick."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.report.metric_row import MetricRow

if TYPE_CHECKING:
    from training.evaluation.offering import Offer


class MetricList(QWidget):
    """All are ticked until a person leaves some out; what was left out stays so for other checkpoints."""

    changed = Signal()
    told = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.rows: dict[str, MetricRow] = {}
        self._left_out: set[str] = set()
        self._offers: tuple[Offer, ...] = ()
        heading = QLabel("What to ask", self)
        heading.setProperty("role", "heading")
        self.all = IconButton("", "Ask everything", self, text="All")
        self.none = IconButton("", "Ask nothing", self, text="None")
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addStretch(1)
        for button, ticked in ((self.all, True), (self.none, False)):
            button.setProperty("small", True)
            button.clicked.connect(partial(self._tick_all, ticked))
            head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._column.addLayout(head)
        self._show_buttons(frozen=False)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names of those that shall be asked."""
        return tuple(name for name, row in self.rows.items() if row.wanted)

    def set_offers(self, offers: Sequence[Offer]) -> None:
        """Show these."""
        if tuple(offers) == self._offers:
            return
        self._offers = tuple(offers)
        for row in self.rows.values():
            row.hide()
            row.deleteLater()
        self.rows = {offer.name: MetricRow(offer, self) for offer in offers}
        for name, row in self.rows.items():
            row.box.setChecked(name not in self._left_out and not row.offer.reason)
            row.toggled.connect(partial(self._on_toggled, name))
            row.told.connect(self.told)
            self._column.addWidget(row)
        self._show_buttons(frozen=False)
        self.changed.emit()

    def set_frozen(self, frozen: bool) -> None:
        """Show what is asked, not to be changed."""
        self._show_buttons(frozen=frozen)
        for row in self.rows.values():
            row.box.setEnabled(not frozen and not row.offer.reason)

    def _show_buttons(self, *, frozen: bool) -> None:
        possible = not frozen and any(not offer.reason for offer in self._offers)
        for button in (self.all, self.none):
            button.setEnabled(possible)

    def _tick_all(self, ticked: bool, *_checked: bool) -> None:
        for row in self.rows.values():
            if not row.offer.reason:
                row.box.setChecked(ticked)

    def _on_toggled(self, name: str) -> None:
        (self._left_out.discard if self.rows[name].box.isChecked() else self._left_out.add)(name)
        self.changed.emit()
