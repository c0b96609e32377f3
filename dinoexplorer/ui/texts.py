"""Text that is not ours (file names, classes, errors) shown as it is: no markup, no mnemonics, no endless width."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QWidget


def foreign_label(parent: QWidget | None = None) -> QLabel:
    """A label that shows its text as it is; left to itself Qt looks for markup in it."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def named_paths(paths: Sequence[Path]) -> str:
    """The first by its name, and how many more there are."""
    more = len(paths) - 1
    return f"{paths[0].name} and {more:,} more" if more else paths[0].name


def as_label(text: str) -> str:
    """``text`` for a button or a menu, where a single & underlines the next letter."""
    return text.replace("&", "&&")


def as_sentence(text: str) -> str:
    """``text`` with a capital letter and a full stop; the name of a file at its beginning keeps its letters."""
    if not text:
        return ""
    first = text.split(maxsplit=1)[0]
    named = any(sign in first.rstrip(".,;:") for sign in "./\\_")
    return f"{text if named else text[:1].upper() + text[1:]}".rstrip(".") + "."


def as_tool_tip(text: str) -> str:
    """``text`` for a tool tip, which Qt takes for rich text when it looks like that."""
    return f"<qt>{html.escape(text)}</qt>" if "<" in text or "&" in text else text


def elided(text: str, metrics: QFontMetrics, width: int) -> str:
    """``text`` cut to ``width`` pixels with an ellipsis at its end."""
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
