"""Every way in which rows of layers make a decoder: the geometry that shapes leave open is tried."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, product

from dinoexplorer.generators.blueprint import Layer
from dinoexplorer.generators.rows import Row

_MOST = 256
"""Ways that are followed to their end; networks that occur have a handful, or a few dozen."""
_MOST_ROWS, _MOST_STEPS = 64, 4_000
"""Rows of layers that occur are shorter and take far fewer steps; in what is none, nobody must seek for long."""
_LARGEST_SIDE = 2048
_UNPADDED = 1
"""What it costs that no transposed convolution is padded; only for sides that are usual then."""
_USUAL_SIDES = {16, 28, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 512, 1024}


@dataclass(frozen=True, slots=True)
class Course:
    """A row of layers that fits: activations stand in it as ``activation`` without a name."""

    latent: int
    classes: int
    layers: tuple[Layer, ...]
    channels: int
    side: int
    unlikely: int = 0  # how many unusual assumptions it takes
    work: int = 0  # multiplications of its convolutions for one code


@dataclass(frozen=True, slots=True)
class _Here:
    """Where the walk stands: flat features, or maps of a side."""

    layers: tuple[Layer, ...]
    channels: int  # of maps; features where side is 0
    side: int = 0
    unlikely: int = 0
    work: int = 0
    waits: bool = False  # for its activation
    last: Row | None = None
    padded: bool = True  # whether transposed convolutions are
    straight: bool = False  # whether nothing stands between a linear layer and a convolution behind it
    ways: frozenset[tuple[int, int]] = frozenset()  # in which those of each size of kernel enlarge
    before: tuple[int, bool] = (0, False)  # size of the last kernel, and whether that was transposed


def courses(rows: Sequence[Row]) -> list[Course]:
    """The ways to read ``rows`` as a decoder, the usual ones first; none where they do not fit into each other."""
    if not 0 < len(rows) <= _MOST_ROWS or any(row.kind == "other" for row in rows):
        return []
    found: list[Course] = []
    meets = any(one.kind == "linear" and other.kind == "spatial" for one, other in pairwise(rows))
    for padded, straight in product((True, False), (False, True) if meets else (False,)):
        steps = iter(range(_MOST_STEPS))
        for start, latent, classes in _starts(rows):
            unlikely = start.unlikely + (0 if padded else _UNPADDED)
            begun = replace(start, padded=padded, straight=straight, unlikely=unlikely)
            walk = _walk(begun, rows[1:] if classes else rows, latent, classes, steps)
            found += islice((course for course in walk if padded or course.side in _USUAL_SIDES), _MOST)
    different: dict[str, Course] = {}
    for course in sorted(found, key=lambda course: course.unlikely):
        different.setdefault(str((course.latent, course.classes, course.layers)), course)
    return list(different.values())


def _starts(rows: Sequence[Row]) -> Iterator[tuple[_Here, int, int]]:
    first = rows[0]
    if first.kind == "embedding" and len(rows) > 1 and rows[1].kind == "linear":
        classes, width = first.shape
        total = rows[1].shape[1]
        for how, dim, unlikely in (("before", total - width, 0), ("after", total - width, 0), ("multiply", total, 1)):
            if dim > 0 and (how != "multiply" or width == total):
                layer = Layer("condition", first.name, {"how": how})
                yield _Here((layer,), total, 0, unlikely, last=first), dim, classes
    elif first.kind == "linear":
        yield _Here((), first.shape[1]), first.shape[1], 0
    elif first.kind == "spatial":
        yield _Here((), first.shape[0]), first.shape[0], 0


def _walk(here: _Here, rows: Sequence[Row], latent: int, classes: int, steps: Iterator[int]) -> Iterator[Course]:
    if next(steps, None) is None:
        return
    if not rows:
        yield from _ended(here, latent, classes)
        return
    row, rest = rows[0], rows[1:]
    for there in _steps(here, row, final=not any(later.kind in {"linear", "spatial"} for later in rest)):
        yield from _walk(replace(there, last=row), rest, latent, classes, steps)


def _ended(here: _Here, latent: int, classes: int) -> Iterator[Course]:
    for place in _as_picture(here):
        unlikely = place.unlikely + (0 if place.side in _USUAL_SIDES else 3) + _too_many(place.ways)
        yield Course(latent, classes, place.layers, place.channels, place.side, unlikely, place.work)


def _too_many(ways: Collection[tuple[int, int]]) -> int:
    """How many more ways there are, each a kernel and what it makes of a side, than kernels: few networks mix them."""
    return len(ways) - len({size for size, _ in ways})


def _as_picture(here: _Here) -> Iterator[_Here]:
    if here.side:
        for place in (here, _shuffled(here)) if here.channels in {4, 12} else (here,):
            if place.channels in {1, 3} and place.side >= 8:
                yield place
        return
    for channels in (1, 3):
        side = math.isqrt(here.channels // channels)
        if side * side * channels == here.channels and side >= 8:
            yield _reshaped(here, channels, side, keras=here.last is not None and here.last.keras)


def _steps(here: _Here, row: Row, *, final: bool) -> Iterator[_Here]:
    if row.kind == "batch_norm":
        yield from _normalised(here, row, "batch_norm")
    elif row.kind == "affine":
        yield from _normalised(here, row, "layer_norm" if not here.side else "instance_norm")
    elif row.kind == "prelu":
        yield replace(here, layers=(*here.layers, Layer("prelu", row.name)), waits=False)
    elif row.kind == "linear":
        yield from _linear(here, row, final=final)
    elif row.kind == "spatial":
        yield from _spatial(here, row, final=final)


def _normalised(here: _Here, row: Row, kind: str) -> Iterator[_Here]:
    (count,) = row.shape
    layer = Layer(kind, row.name)
    if here.channels == count:
        yield replace(here, layers=(*here.layers, layer))
    elif here.side and here.channels == 4 * count:
        shuffled = _shuffled(here)
        yield replace(shuffled, layers=(*shuffled.layers, layer))
    elif not here.side and here.channels % count == 0:
        side = math.isqrt(here.channels // count)
        if side * side * count == here.channels:
            shaped = _reshaped(here, count, side, keras=row.keras)
            yield replace(shaped, layers=(*shaped.layers, layer))


def _linear(here: _Here, row: Row, *, final: bool) -> Iterator[_Here]:
    out, given = row.shape
    features = here.channels * max(here.side, 1) ** 2
    if features != given:
        return
    for before in _activated(here, row):
        layer = Layer("linear", row.name, {"flatten": True} if here.side else {})
        yield replace(before, layers=(*before.layers, layer), channels=out, side=0, waits=not final)


def _spatial(here: _Here, row: Row, *, final: bool) -> Iterator[_Here]:
    first, second, size = row.shape[0], row.shape[1], row.shape[-1]
    if row.shape[-2] != size:
        return
    for transposed in (True, False) if size % 2 == 0 else (False, True):
        given, out = (first, second) if transposed else (second, first)
        likely = here.before[1] if here.before[0] == size else size % 2 == 0
        unlikely = int(transposed != likely) if first == second else 0
        for place in _as_maps(here, given, keras=row.keras):
            for before in _activated(place, row):
                for layers, side in _geometries(before, row, transposed=transposed):
                    if 0 < side <= _LARGEST_SIDE:
                        enlarged = before.ways | {(size, round(side / before.side))} if transposed else before.ways
                        yield replace(
                            before, layers=(*before.layers, *layers), channels=out, side=side,
                            unlikely=before.unlikely + unlikely, waits=not final,
                            work=before.work + math.prod(row.shape) * (before.side if transposed else side) ** 2,
                            ways=before.ways if before.side == 1 else enlarged, before=(size, transposed),
                        )  # fmt: skip


def _as_maps(here: _Here, channels: int, *, keras: bool) -> Iterator[_Here]:
    if here.side:
        if here.channels == channels:
            yield here
        elif here.channels == 4 * channels:
            yield _shuffled(here)
        return
    if here.channels == channels:  # a code as maps of one pixel
        yield replace(here, layers=(*here.layers, Layer("reshape", "", {"shape": [channels, 1, 1]})), side=1)
    elif here.channels % channels == 0:
        side = math.isqrt(here.channels // channels)
        if side * side * channels == here.channels:
            yield _reshaped(here, channels, side, keras=keras)


def _shuffled(here: _Here) -> _Here:
    """With each four channels as the four pixels of a place."""
    layer = Layer("pixel_shuffle", "", {"factor": 2})
    return replace(here, layers=(*here.layers, layer), channels=here.channels // 4, side=here.side * 2)


def _reshaped(here: _Here, channels: int, side: int, *, keras: bool) -> _Here:
    layer = Layer("reshape", "", {"shape": [channels, side, side], **({"channels_last": True} if keras else {})})
    return replace(here, layers=(*here.layers, layer), channels=channels, side=side)


def _activated(here: _Here, row: Row) -> Iterator[_Here]:
    """With the activation that the last layer waits for; where places in a sequence leave no room for it, without."""
    if not here.waits:
        yield here
        return
    between = _between(here.last, row)
    if (
        here.straight
        and here.last is not None
        and (here.last.kind, row.kind) == ("linear", "spatial")
        and here.side > 1
    ):
        yield replace(here, waits=False, unlikely=here.unlikely + (between != 0))
        return
    if between != 0:
        yield replace(here, layers=(*here.layers, Layer("activation")), waits=False, unlikely=here.unlikely)
    if between in {0, 1}:
        yield replace(here, waits=False, unlikely=here.unlikely + (between == 1))


def _between(last: Row | None, row: Row) -> int | None:
    """How many layers without tensors stand between two rows of one sequence; None where that is not known."""
    if last is None or last.number is None or row.number is None or last.number[0] != row.number[0]:
        return None
    return row.number[1] - last.number[1] - 1


def _geometries(here: _Here, row: Row, *, transposed: bool) -> Iterator[tuple[tuple[Layer, ...], int]]:
    size, side = row.shape[-1], here.side
    if transposed and row.keras:
        for stride in _keras_strides(size):
            yield (Layer("conv_transpose", row.name, {"stride": stride, "same": True}),), side * stride
        return
    if transposed:
        if here.padded:
            for options, there in _transposed_geometries(size, side):
                yield (Layer("conv_transpose", row.name, options),), there
            return
        yield from _unpadded(row, side)
        if side == 8:  # the code for 28 x 28 pixels that came with WGAN-GP cuts to 7
            cut = Layer("pad", "", {"sides": [0, -1, 0, -1]})
            yield from (((cut, *layers), there) for layers, there in _unpadded(row, side - 1))
        return
    if size % 2 == 0 and size > 1:
        return
    plain = Layer("conv", row.name, {"padding": size // 2})
    enlarged = (Layer("upsample", "", {"factor": 2}), plain)
    room = _between(here.last, row)
    activated = bool(here.layers) and here.layers[-1].kind == "activation"
    if size > 1 and room != 0 and not (room == 1 and activated):
        yield enlarged, side * 2
    if room != 1 or activated:  # something stands there
        yield (plain,), side


def _keras_strides(size: int) -> tuple[int, ...]:
    """Kernels of an even size are chosen for their stride, odd ones also for none."""
    if size == 1:
        return (1,)
    return (2, 1) if size % 2 else (2, 4) if size >= 8 else (2,)


def _unpadded(row: Row, side: int) -> Iterator[tuple[tuple[Layer, ...], int]]:
    size = row.shape[-1]
    for stride in (2, 1) if side > 1 and size > 1 else (1,):
        yield (Layer("conv_transpose", row.name, {"stride": stride, "padding": 0}),), (side - 1) * stride + size


def _transposed_geometries(size: int, side: int) -> Iterator[tuple[dict[str, int], int]]:
    if side == 1:
        yield {"stride": 1, "padding": 0}, size
    doubling = {2: (0, 0), 3: (1, 1), 4: (1, 0), 5: (2, 1), 6: (2, 0)}
    if size in doubling and (side > 1 or size == 2):
        padding, extra = doubling[size]
        yield {"stride": 2, "padding": padding, **({"output_padding": extra} if extra else {})}, side * 2
    if size % 2 and side > 1:
        yield {"stride": 1, "padding": size // 2}, side
    if size == 3 and side > 1:  # without padding, as in small networks for 28 x 28 pixels
        yield {"stride": 2, "padding": 0}, side * 2 + 1
    if size == 8:
        yield {"stride": 4, "padding": 2}, side * 4
