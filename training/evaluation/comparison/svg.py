"""A plot as SVG that needs nothing beside it."""

from __future__ import annotations

import math
from html import escape

from training.evaluation.comparison.courses import Plot
from training.evaluation.comparison.drawing import Ink, Line, Mark, Part, Words, drawn

WIDTH, HEIGHT = 640, 380
_LINE, _LETTER = 16.0, 6.9
_RADIUS = 4.5
COURSES = ("#2f8f6b", "#c0692b", "#4a7fc1", "#a355a8", "#8a8a2a", "#c24b5e", "#3b9aa8", "#7a6f66")
"""Legible on white and on near-black; further courses begin anew with another shape."""
_INKS = {"text": "currentColor", "soft": "#80858d", "grid": "#80858d"}
_SHAPES = ("circle", "square", "triangle", "diamond", "cross")


def plot_svg(plot: Plot, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Text in the colour of what is around it; a mark tells its name when pointed at."""
    parts = drawn(plot, width, height, _LINE, lambda text: _LETTER * len(text))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(plot.title)}" font-family="system-ui, sans-serif" font-size="12.5">'
        f"{''.join(map(_part, parts))}</svg>"
    )


def plot_svg_file(plot: Plot) -> str:
    """As `plot_svg`, dark on white as on paper whatever shows the file."""
    start, _, rest = plot_svg(plot).partition(">")
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{start} color="#1c1f24">{ground}{rest}\n'


def _part(part: Part) -> str:
    if isinstance(part, Words):
        weight = ' font-weight="600"' if part.bold else ""
        return (
            f'<text x="{part.x:.1f}" y="{part.y:.1f}" text-anchor="{part.anchor}"{weight}'
            f' style="fill:{_colour(part.ink)}">{escape(part.text)}</text>'
        )
    if isinstance(part, Mark):
        return f"<g><title>{escape(part.label)}</title>{_mark(part)}</g>"
    return _line(part)


def _line(line: Line) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in line.places)
    faint = ' stroke-opacity="0.3"' if line.ink == "grid" else ""
    return (
        f'<polyline points="{places}" style="fill:none;stroke:{_colour(line.ink)};stroke-width:{line.width}"{faint}/>'
    )


def _mark(mark: Mark) -> str:
    colour, shape = _colour(mark.course), _SHAPES[mark.course % len(_SHAPES)]
    if shape == "circle":
        return f'<circle cx="{mark.x:.1f}" cy="{mark.y:.1f}" r="{_RADIUS}" style="fill:{colour}"/>'
    corners = {
        "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        "triangle": [(math.sin(turn) * 1.25, -math.cos(turn) * 1.25) for turn in (0.0, 2.0944, 4.1888)],
        "diamond": [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)],
        "cross": [(-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2), (-0.4, 1.2),
                  (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)],
    }[shape]  # fmt: skip
    places = " ".join(f"{mark.x + _RADIUS * x:.1f},{mark.y + _RADIUS * y:.1f}" for x, y in corners)
    return f'<polygon points="{places}" style="fill:{colour}"/>'


def _colour(ink: Ink) -> str:
    return COURSES[ink % len(COURSES)] if isinstance(ink, int) else _INKS[ink]
