"""Backgrounds: bars of a lost aspect, and grounds of more than one colour where transparency was."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from training.data.checks.drawing import bars, tiles
from training.data.checks.finding import Check, Finding, Level
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Background"
_EVEN = 4.0
"""Grey levels: a border that deviates less is of one colour."""
_STEP = 32
"""Grounds whose channels differ by less count as one colour."""
_SECOND, _MIXED = 0.1, 0.3
_BARRED, _MANY_BARRED = 0.1, 0.5
_EXAMPLES = 8


def _look(subject: Subject, _progress: Progress) -> Finding:
    pictures = subject.pictures
    count = len(pictures)
    plain, colours = _borders(pictures)
    grounds = Counter(map(tuple, colours[plain].tolist())).most_common()
    second = grounds[1][1] / count if len(grounds) > 1 else 0.0
    barred = _barred(pictures) & ~plain
    figures = {
        "share with a border of one colour": float(plain.mean()),
        "share with the commonest ground": grounds[0][1] / count if grounds else 0.0,
        "share with the second ground": second,
        "share with bars": float(barred.mean()),
    }
    shown = {"grounds": bars([number / count for _, number in grounds[:12]] or [0.0])}
    examples = _examples(plain, colours, grounds, barred)
    if len(examples):
        shown["examples"] = tiles(pictures[examples])
    level: Level = "green"
    if second > _SECOND or barred.mean() > _BARRED:
        level = "amber"
    if second > _MIXED or barred.mean() > _MANY_BARRED:
        level = "red"
    sentence = f"{plain.mean():.0%} of the pictures have a border of one colour"
    if grounds:
        sentence += f": {_hex(grounds[0][0])} in {grounds[0][1] / count:.0%} of all"
    if len(grounds) > 1:
        sentence += f", {_hex(grounds[1][0])} in {second:.0%}"
    sentence += f"; {barred.mean():.0%} have bars on two sides."
    advice = (
        "Prepare them with crop=center instead of fit, or cut the bars off: a model would learn the bars."
        if barred.mean() > _BARRED
        else "Lay all on one background colour: cut-outs on two grounds look like two kinds of pictures."
    )
    return Finding(_NAME, level, sentence, advice, figures, shown)


def _borders(pictures: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Whether the border of each picture is of one colour, and that colour, coarsely, (n, c)."""
    sides = (pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1])
    ring = np.concatenate(sides, axis=1).astype(np.float32)
    middle = np.median(ring, axis=1)
    # A few pixels of the subject may touch the border: nine in ten decide.
    off = np.quantile(np.abs(ring - middle[:, None]).max(axis=-1), 0.9, axis=1)
    return off < _EVEN, np.round(middle / _STEP).astype(np.int64) * _STEP


def _barred(pictures: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether two opposite sides (a twentieth of the picture each) are of one and the same colour."""
    grey = pictures.mean(axis=-1, dtype=np.float32)
    return np.asarray(_bars_above_and_below(grey) ^ _bars_above_and_below(grey.swapaxes(1, 2)))


def _bars_above_and_below(grey: NDArray[np.float32]) -> NDArray[np.bool_]:
    rows = max(1, grey.shape[1] // 20)
    ends = np.concatenate([grey[:, :rows], grey[:, -rows:]], axis=1).reshape(len(grey), -1)
    return np.asarray(ends.std(axis=1) < _EVEN / 2)


def _examples(
    plain: NDArray[np.bool_],
    colours: NDArray[np.int64],
    grounds: list[tuple[tuple[int, ...], int]],
    barred: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Of the two commonest grounds and of bars, some each."""
    kinds = [plain & (colours == np.array(ground)).all(axis=1) for ground, _ in grounds[:2]]
    return np.concatenate([np.flatnonzero(kind)[: _EXAMPLES // 2] for kind in [*kinds, barred]])


def _hex(colour: tuple[int, ...]) -> str:
    channels = [min(255, value) for value in (colour * 3 if len(colour) == 1 else colour)]
    return "#" + "".join(f"{value:02x}" for value in channels)


CHECK = Check(90, _NAME, _look)
