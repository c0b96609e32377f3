"""Text that is not ours (file names, classes, errors) shown as it is: no markup, no mnemonics, no endless width."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QWidget


def foreign_label(parent: QWidget | None = None) -> QLabel:
    """A label that shows its text as it is; left to itself Qt looks for markup in it."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def as_label(text: str) -> str:
    """``text`` for a button or a menu, where a single & underlines the next letter."""
    return text.replace("&", "&&")


def as_tool_tip(text: str) -> str:
    """``text`` for a tool tip, which Qt takes for rich text when it looks like that."""
    return f"<qt>{html.escape(text)}</qt>" if "<" in text or "&" in text else text


def elided(text: str, metrics: QFontMetrics, width: int) -> str:
    """``text`` cut to ``width`` pixels with an ellipsis at its end."""
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
