"""A column that scrolls when there is no room for it, without a ground or a frame of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def scroll_area(widget: QWidget | None, parent: QWidget) -> QScrollArea:
    """What scrolls ``widget`` upwards and downwards, which may follow later; the focus goes to what is in it."""
    area = QScrollArea(parent)
    area.setObjectName("plain")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    if widget is not None:
        area.setWidget(widget)
    return area
