"""Decoders that are a row of layers: transposed or resizing convolutions of any depth, or fully connected.

What shapes leave open (activations, epsilons, prior, range) is tried, and scored by what the network remembers; see
`dinoexplorer.generators.witness`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.blueprint import to_data
from dinoexplorer.generators.blueprint_building import built
from dinoexplorer.generators.chain import Course, courses
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.errors import shown
from dinoexplorer.generators.keras_traces import Mentioned, agreeing, keras_layers, likely
from dinoexplorer.generators.reading import Reading
from dinoexplorer.generators.rows import Row, rows_of

if TYPE_CHECKING:
    from torch import Tensor

BEST_FIRST = ("g_ema", "ema", "G_ema", "avgG", "generator_ema", "generator", "netG", "G", "gen", "decoder", "dec")
_ENCODERS = ("encoder", "enc", "Encoder", "netE", "E")
_NO_DECODERS = (*_ENCODERS, "discriminator", "netD", "D", "critic", "disc", "d", "optimizer", "d_optim", "g_optim")
_COURSES = 16
_MOST_SPLITS = 64
_Activation = tuple[str, Mapping[str, Any]]
_RELU: _Activation = ("relu", {})
_ACTIVATIONS: tuple[_Activation, ...] = (
    _RELU, ("leaky_relu", {"slope": 0.2}), ("leaky_relu", {"slope": 0.01}), ("elu", {}), ("silu", {}), ("gelu", {}),
)  # fmt: skip
_KERAS_ACTIVATIONS: tuple[_Activation, ...] = (_RELU, ("leaky_relu", {"slope": 0.3}), *_ACTIVATIONS[1:])


class PlainFamily:
    """See the module's first lines."""

    title = "a row of transposed, resizing or fully connected layers"

    def readings(self, contents: Contents) -> list[Reading]:
        """The ways to read the first part of the file that fits, best first."""
        if contents.hints.get("keras.config"):
            return []  # its description leaves nothing to guess
        for decoder_rows, encoder_rows, tensors in islice(_splits(contents), _MOST_SPLITS):
            found = readings_of_row(decoder_rows, tensors, encoder_rows=encoder_rows, mentioned=keras_layers(contents))
            if found:
                return found
        return []

    def missing(self, contents: Contents) -> str:
        rows = rows_of(contents.tensors)
        strange = [row.name for row in rows if row.kind == "other"]
        if strange:
            return f"the tensors of '{shown(strange[0])}' are of no layer it knows"
        return ""


FAMILY = PlainFamily()


def _splits(contents: Contents) -> Iterator[tuple[Sequence[Row], Sequence[Row], Mapping[str, Tensor]]]:
    """Rows that may be a decoder, rows that may be its encoder, and the tensors that both are named in."""
    tops = contents.tops()
    encoder = next((name for name in _ENCODERS if name in tops), None)
    encoder_rows = _below(contents, encoder) if encoder else []
    named = [top for top in BEST_FIRST if top in tops]
    rows = rows_of(contents.tensors)
    for top in named:
        inside = _below(contents, top)
        if (before := _enlarging(rows, inside, encoder)) is not None:
            yield [before, *inside], rows[: rows.index(before)], contents.tensors  # with the heads between them
        yield inside, encoder_rows, contents.tensors
    yield rows, (), contents.tensors
    for start in range(1, len(rows)):  # an encoder and a decoder one behind the other, without names of their own
        if not _takes_pictures(rows[0]):
            break
        if rows[start].kind in {"linear", "spatial"} and rows[start - 1].shape[:1] == rows[start].shape[1:2]:
            yield rows[start:], rows[:start], contents.tensors
    for top in (*named, *(name for name in tops if name not in named and name not in _NO_DECODERS)):
        part = contents.below(top)
        yield from ((_prefixed(one, top), _prefixed(two, top), contents.tensors) for one, two, _ in _splits(part))


def _takes_pictures(row: Row) -> bool:
    """Whether an encoder may begin with this."""
    if row.kind == "linear":
        return any(row.shape[1] == channels * math.isqrt(row.shape[1] // channels) ** 2 for channels in (1, 3))
    return row.kind == "spatial" and row.shape[1] in {1, 3}


def _enlarging(rows: Sequence[Row], decoder: Sequence[Row], encoder: str | None) -> Row | None:
    """The linear layer right before a decoder that makes maps for its first convolution, where it is no part of it."""
    names = [row.name for row in rows]
    place = names.index(decoder[0].name) if decoder and decoder[0].name in names else 0
    before = rows[place - 1]
    if place == 0 or before.kind != "linear" or decoder[0].kind != "spatial" or before.name.startswith(f"{encoder}."):
        return None
    places, left = divmod(before.shape[0], max(decoder[0].shape[0], 1))
    return before if places > 1 and not left and math.isqrt(places) ** 2 == places else None


def _prefixed(rows: Sequence[Row], top: str) -> list[Row]:
    return [replace(row, name=f"{top}.{row.name}") for row in rows]


def _below(contents: Contents, top: str) -> list[Row]:
    return [replace(row, name=f"{top}.{row.name}" if row.name else top) for row in rows_of(contents.below(top).tensors)]


def readings_of_row(
    rows: Sequence[Row], tensors: Mapping[str, Tensor], *, encoder_rows: Sequence[Row] = (),
    mentioned: Sequence[Mentioned] = (), classes: int = 0,
) -> list[Reading]:  # fmt: skip
    """The ways to read ``rows`` as a decoder, best first; its last ``classes`` inputs are the weights of classes."""
    from dinoexplorer.generators.scoring import scored  # noqa: PLC0415  imports torch

    ways = agreeing(courses(rows), mentioned)[:_COURSES]
    if not ways:
        return []
    if classes:
        ways = [replace(way, latent=way.latent - classes, classes=classes) for way in ways]
    choices = likely(_KERAS_ACTIVATIONS, rows, mentioned) if any(row.keras for row in rows) else _ACTIVATIONS
    family = _family(ways[0], with_encoder=bool(encoder_rows))
    found = scored(ways, choices, encoder_rows, tensors)
    return [Reading(family, one.title, one.score, partial(built, one.blueprint, tensors), to_data(one.blueprint))
            for one in found]  # fmt: skip


def _family(course: Course, *, with_encoder: bool) -> str:
    spatial = {layer.kind for layer in course.layers} & {"conv", "conv_transpose"}
    if with_encoder:
        return "vae" if spatial else "vae-fc"
    return ("dcgan" if "conv_transpose" in spatial else "resizing-gan") if spatial else "gan-fc"
