"""How the state of a run is said and drawn: by a word and a mark, the colour only comes on top."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF

from dinoexplorer.runs.views import JUDGED, RunRow
from dinoexplorer.ui.colours import DARK, LIGHT, is_dark
from dinoexplorer.ui.train.amounts import count_text, time_text
from dinoexplorer.ui.train.figures import short_number
from training.run import State

BUSY: frozenset[State] = frozenset({"preparing", "running", "paused", "stopping"})
"""States with a process behind them."""


def state_text(row: RunRow) -> str:
    """`running`, `queued, next`, or what it prepares."""
    if row.state == "queued":
        return "queued, next" if row.queue_place == 1 else f"queued, place {row.queue_place}"
    if row.state == "preparing" and row.phase:
        return row.phase
    return str(row.state)


def progress(row: RunRow) -> float:
    """The share that is done, 0 to 1; NaN for a run that does not know its end."""
    return min(max(row.step / row.total_steps, 0.0), 1.0) if row.total_steps > 0 else math.nan


def course_text(row: RunRow) -> str:
    """State, progress and time to the end: `running · 41 % · 12 min left`."""
    parts = [state_text(row)]
    if row.state == "finished":
        parts.append(f"{count_text(row.images_seen)} images")
    elif row.reason and row.state not in BUSY:
        parts.append(row.reason)
    elif row.state != "queued" and math.isfinite(share := progress(row)):
        parts.append(f"{math.floor(share * 100)} %")
    if row.state in BUSY and (left := time_text(row.seconds_left)):
        parts.append(f"{left} left")
    return " · ".join(parts)


def judged_name(judged: str) -> str:
    """What a run judges itself by, in words: `held-out loss`, `evaluate/psnr`."""
    return "held-out loss" if judged == JUDGED else judged


def best_text(row: RunRow) -> str:
    """`best held-out loss 0.25`; empty while nothing is known."""
    return f"best {judged_name(row.judged)} {short_number(row.best)}" if math.isfinite(row.best) else ""


def state_colour(state: State, palette: QPalette) -> QColor:
    """Accent for what goes well, the colours of danger and warning for what did not."""
    colours = DARK if is_dark(palette) else LIGHT
    names = {"running": colours.accent, "finished": colours.accent, "failed": colours.danger}
    names["interrupted"] = colours.warning
    return QColor(names.get(state, colours.muted))


def draw_state(painter: QPainter, state: State, centre: QPointF, radius: float, colour: QColor) -> None:
    """The mark of a state; each has a shape of its own."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(centre)
    painter.scale(radius, radius)
    if state in _LINES:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(colour, 0.36, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for points in _LINES[state]:
            painter.drawPolyline(_polygon(points))
        if state in {"queued", "preparing"}:
            painter.drawEllipse(QRectF(-0.85, -0.85, 1.7, 1.7))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for points in _SHAPES[state]:
            painter.drawPolygon(_polygon(points))
    painter.restore()


_Points = tuple[tuple[float, float], ...]
_LINES: dict[State, tuple[_Points, ...]] = {
    "queued": (((0.0, -0.45), (0.0, 0.05), (0.35, 0.3)),),  # a clock
    "preparing": (),  # a ring
    "finished": (((-0.85, 0.05), (-0.25, 0.65), (0.9, -0.65)),),
    "failed": (((-0.7, -0.7), (0.7, 0.7)), ((0.7, -0.7), (-0.7, 0.7))),
    "interrupted": (((-0.9, 0.0), (-0.35, 0.0)), ((0.35, 0.0), (0.9, 0.0)), ((0.25, -0.75), (-0.25, 0.75))),
    "stopping": (((-0.7, -0.7), (0.7, -0.7), (0.7, 0.7), (-0.7, 0.7), (-0.7, -0.7)),),
}
_SHAPES: dict[State, tuple[_Points, ...]] = {
    "running": (((-0.65, -0.95), (0.95, 0.0), (-0.65, 0.95)),),
    "paused": (
        ((-0.75, -0.85), (-0.2, -0.85), (-0.2, 0.85), (-0.75, 0.85)),
        ((0.2, -0.85), (0.75, -0.85), (0.75, 0.85), (0.2, 0.85)),
    ),
    "stopped": (((-0.75, -0.75), (0.75, -0.75), (0.75, 0.75), (-0.75, 0.75)),),
}


def _polygon(points: _Points) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])
