"""Telling a screen reader what appeared without having the focus."""

from __future__ import annotations

from PySide6 import QtGui
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str) -> None:
    """Have ``text`` read out; PySide6 6.9 cannot say it yet and keeps quiet."""
    kind = getattr(QtGui, "QAccessibleAnnouncementEvent", None)
    if kind is not None and text:
        QtGui.QAccessible.updateAccessibility(kind(widget, text))
