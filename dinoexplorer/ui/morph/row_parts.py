"""What the rows under the timeline are made of."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from dinoexplorer.ui.latent_panel.value_box import ValueBox


def number_box(name: str, parent: QWidget) -> ValueBox:
    """A number that is typed, or changed with the arrows."""
    box = ValueBox(parent)
    box.setAccessibleName(name)
    box.setToolTip(f"{name}; the arrows change it")
    return box


def small_label(text: str, parent: QWidget) -> QLabel:
    """A word between the controls."""
    label = QLabel(text, parent)
    label.setProperty("role", "small")
    return label
