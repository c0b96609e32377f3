"""Encoders that are a row of layers with a head: every way in which their shapes fit pictures of a size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from dinoexplorer.generators.blueprint import Layer, Mean
from dinoexplorer.generators.rows import Row

_MOST_STEPS = 2_000


@dataclass(frozen=True, slots=True)
class EncoderCourse:
    """Layers from a picture to the head, and which parts of that may be the means."""

    layers: tuple[Layer, ...]
    heads: tuple[Mean, ...]


@dataclass(frozen=True, slots=True)
class _Here:
    layers: tuple[Layer, ...]
    channels: int
    side: int  # 0 for flat features
    waits: bool = False
    padded: bool = True  # whether convolutions with a stride are


def encoder_courses(rows: Sequence[Row], channels: int, side: int, latent: int) -> list[EncoderCourse]:
    """The ways to read ``rows`` as an encoder of pictures ``(channels, side, side)``; none where they do not fit."""
    body, heads = _split(rows, latent)
    if not heads:
        return []
    found = []
    keras = any(row.keras for row in rows)
    begun = [_Here((), channels, side, padded=padded) for padded in (True, False)]
    for here in chain.from_iterable(_walk(start, body, iter(range(_MOST_STEPS)), keras=keras) for start in begun):
        head = heads[0]
        for last in _step(here, head, keras=head.keras):
            if last.side > 1:
                continue  # maps, and no code
            parts: tuple[Mean, ...] = (
                ("alone",) if head.shape[0] == latent else ("first half", "interleaved", "last half")
            )
            found.append(EncoderCourse(last.layers, parts))
    return list({str(course): course for course in found}.values())


def _split(rows: Sequence[Row], latent: int) -> tuple[Sequence[Row], Sequence[Row]]:
    """The body and the heads: one of twice the length, or two beside each other of which the first is the mean."""
    if not rows:
        return rows, ()
    last = rows[-1]
    if last.kind not in {"linear", "spatial"}:
        return rows, ()
    if last.shape[0] == 2 * latent:
        return rows[:-1], rows[-1:]
    if last.shape[0] != latent:
        return rows, ()
    twins = len(rows) > 1 and rows[-2].kind == last.kind and rows[-2].shape == last.shape
    if twins:
        return rows[:-2], rows[-2:]
    return rows[:-1], rows[-1:]


def _walk(here: _Here, rows: Sequence[Row], steps: Iterator[int], *, keras: bool) -> Iterator[_Here]:
    if next(steps, None) is None:
        return
    if not rows:
        yield here
        return
    for there in _step(here, rows[0], keras=keras):
        yield from _walk(there, rows[1:], steps, keras=keras)


def _step(here: _Here, row: Row, *, keras: bool) -> Iterator[_Here]:
    layers = here.layers
    if row.kind in {"batch_norm", "affine"}:
        if row.shape[0] == here.channels:
            kind = "batch_norm" if row.kind == "batch_norm" else ("instance_norm" if here.side else "layer_norm")
            yield replace(here, layers=(*layers, Layer(kind, row.name)))
        return
    if here.waits:
        layers = (*layers, Layer("activation"))
    if row.kind == "linear":
        out, given = row.shape
        if given == here.channels * max(here.side, 1) ** 2:
            options = {"flatten": True, **({"channels_last": True} if keras else {})} if here.side else {}
            yield replace(here, layers=(*layers, Layer("linear", row.name, options)), channels=out, side=0, waits=True)
    elif row.kind == "spatial" and here.side and row.shape[1] == here.channels:
        size = row.shape[-1]
        for stride, padding in _strides(size, here.side, padded=here.padded):
            side = (here.side + 2 * padding - size) // stride + 1
            if side > 0:
                layer = Layer("conv", row.name, {"stride": stride, "padding": padding})
                yield replace(here, layers=(*layers, layer), channels=row.shape[0], side=side, waits=True)


def _strides(size: int, side: int, *, padded: bool) -> Iterator[tuple[int, int]]:
    if size == side:
        yield 1, 0
    if not padded:
        yield from ((2, 0), (1, 0)) if size > 1 else ((1, 0),)
        return
    if side > 1:
        yield 2, (size - 1) // 2
    if size % 2:
        yield 1, size // 2
