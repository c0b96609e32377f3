"""The colours of the program: one accent, light and dark, and the colours of classes on the map."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme. Text, muted text and accent keep a contrast of at least 4.5 : 1 on every surface."""

    window: str
    panel: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    danger: str
    warning: str


LIGHT = Colours(
    window="#f1f3f5",
    panel="#ffffff",
    raised="#e7eaee",
    line="#cfd5dc",
    text="#171c23",
    muted="#525c69",
    accent="#0a6e4c",
    on_accent="#ffffff",
    danger="#b3261e",
    warning="#8a5000",
)
DARK = Colours(
    window="#0f1216",
    panel="#171b21",
    raised="#222831",
    line="#323a46",
    text="#eaeef3",
    muted="#9ba6b4",
    accent="#52d8a4",
    on_accent="#06251a",
    danger="#ff8a80",
    warning="#f2b84b",
)

# Okabe and Ito's colours, told apart by colour-blind people, darkened on white where they were too pale; bluish green,
# the nearest to the accent, comes last of them. Eight more follow for those who have more classes than that: from there
# on the shapes of the points say what two colours alike may not.
_CLASSES_ON_DARK = (
    "#56b4e9", "#e69f00", "#e07bb5", "#f0e442", "#6c8cff", "#f0703a", "#b9c2cc", "#1fb489",
    "#8fe388", "#a77bff", "#ffb3a8", "#6fe3e6", "#c99a6b", "#c6e85a", "#ff5c93", "#8a8fb5",
)  # fmt: skip
_CLASSES_ON_LIGHT = (
    "#1c8fd0", "#c97a00", "#c2569a", "#a39100", "#2b50c8", "#d0480b", "#66707b", "#00855f",
    "#3f8f2c", "#7a3fd0", "#b3423a", "#0f8b8d", "#8a5a2b", "#6b8a00", "#d6247a", "#3d4f7d",
)  # fmt: skip


def is_dark(palette: QPalette) -> bool:
    """Whether a palette is a dark one."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def class_colour(index: int, *, dark: bool) -> QColor:
    """The colour of a class on the map; grey for -1, which is no class."""
    colours = _CLASSES_ON_DARK if dark else _CLASSES_ON_LIGHT
    if index < 0:
        return QColor("#8f99a5" if dark else "#77818c")
    return QColor(colours[index % len(colours)])
