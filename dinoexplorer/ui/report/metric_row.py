"""One metric to be asked or not: what it asks, how long it takes, and why it cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_sentence, as_tool_tip, foreign_label
from dinoexplorer.ui.train.tick_box import TickBox

if TYPE_CHECKING:
    from training.evaluation.offering import Offer

_INSET = 28


class MetricRow(QWidget):
    """A tick box with its question below."""

    toggled = Signal()
    told = Signal(str)

    def __init__(self, offer: Offer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.offer = offer
        self.box = TickBox(offer.title, self)
        self.box.setEnabled(not offer.reason)
        self.box.setAccessibleName(offer.title)
        self.box.setAccessibleDescription(f"{offer.question} {as_sentence(offer.reason or offer.note)}".strip())
        self.box.setToolTip(as_tool_tip(as_sentence(offer.reason) or f"{offer.question} Takes {offer.effort}."))
        self.effort = foreign_label(self)
        self.effort.setText(offer.effort if not offer.reason else "")
        self.effort.setProperty("role", "small")
        self.question, self.remark = foreign_label(self), foreign_label(self)
        self.question.setText(offer.question)
        self.remark.setText(as_sentence(offer.reason or offer.note))
        for label in (self.question, self.remark):
            label.setWordWrap(True)
            label.setProperty("role", "small")
        self.remark.setVisible(bool(offer.reason or offer.note))
        name = f"Copy the line that fetches what {offer.title} needs"
        self.copy = IconButton("copy", name, self, text="Copy the line")
        self.copy.setProperty("small", True)
        self.copy.setToolTip(as_tool_tip(f"Copy it, and run it in a terminal: {offer.command}"))
        self.copy.setVisible(bool(offer.command))
        head = QHBoxLayout()
        head.addWidget(self.box)
        head.addStretch(1)
        head.addWidget(self.effort)
        below = QVBoxLayout()
        below.setContentsMargins(_INSET, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(self.question)
        below.addWidget(self.remark)
        foot = QHBoxLayout()
        foot.addWidget(self.copy)
        foot.addStretch(1)
        below.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(below)
        self.box.toggled.connect(self.toggled)
        self.copy.clicked.connect(self._on_copy)

    @property
    def wanted(self) -> bool:
        """Whether it shall be asked, and can be."""
        return self.box.isChecked() and not self.offer.reason

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.offer.command)
        self.told.emit("Copied. Run the line in a terminal, then choose the checkpoint once more.")
