"""Painting over a picture by hand: a mask of some of its pixels, or strokes of colour."""

from dinoexplorer.ui.brush.brush_bar import BrushBar
from dinoexplorer.ui.brush.canvas import Canvas
from dinoexplorer.ui.brush.sheet import ColourSheet, MaskSheet, Sheet

__all__ = ["BrushBar", "Canvas", "ColourSheet", "MaskSheet", "Sheet"]
