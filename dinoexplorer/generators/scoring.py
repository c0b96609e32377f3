"""Which of the ways to read a row of layers is right: each open question is tried, and the network itself is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn

from dinoexplorer.generators.blueprint import Blueprint, EncoderBlueprint, Layer, Values, build, build_layers
from dinoexplorer.generators.chain import Course
from dinoexplorer.generators.encoder_chain import EncoderCourse, encoder_courses
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.rows import Row
from dinoexplorer.generators.witness import codes_for, look_at, return_error
from training.models.layer_kinds import ToSigned
from training.models.layers import means_of

Activation = tuple[str, Mapping[str, Any]]
_EPSILONS: Mapping[str, Callable[[int], float]] = {
    "": lambda _: 1e-5,
    "epsilon 0.8": lambda number: 1e-5 if number == 0 else 0.8,  # a slip that many copied: BatchNorm2d(128, 0.8)
    "epsilon 0.8 everywhere": lambda _: 0.8,
}
_KERAS_EPSILON = 1e-3
_UNUSUAL = 0.02
"""What an unusual answer must agree better by, on the scale of `look_at`."""
_NEAR, _KEPT = 0.6, 4
_FEW, _CODES = 16, 96
_USUAL_SIDE = 28
_MOST_WORK = 2 * 10**9
"""Multiplications for one look at a network: a tenth of a second or so."""
_NO_EVIDENCE = 0.85
"""Codes that are not found again at all say nothing: the network was not trained, or this is not its encoder."""
_ENCODED: tuple[Values, ...] = ("sigmoid", "tanh", "unit", "signed")


@dataclass(frozen=True, eq=False, slots=True)
class Scored:
    """One way, what sets it apart, and how well it agrees: 1 is perfect."""

    blueprint: Blueprint
    attempt: _Try
    title: str
    score: float


def scored(
    ways: Sequence[Course],
    activations: Sequence[Activation],
    encoder_rows: Sequence[Row],
    tensors: Mapping[str, Tensor],
) -> list[Scored]:
    """The ways with every open question answered, best first; what is out of the question is left out.

    One question after the other, each on the best few of before: the geometry with the usual answers to the others, on
    few codes; then epsilon and prior; then the activation; then, where there is an encoder, the range and the means.
    """
    least = min(way.unlikely for way in ways)
    attempts = [_Try(way, activations[0], unlikely=way.unlikely - least) for way in ways]
    found = _best(attempts, tensors, _FEW, kept=2 * _KEPT)
    for question in (partial(_epsilons_and_priors, tensors), partial(_activated, activations)):
        found = _best([other for one in found for other in question(one.attempt)], tensors, _CODES)
    if encoder_rows:
        pairs = [pair for one in found for pair in _with_encoder(one, encoder_rows, tensors)]
        found = _nearest(pairs) or found
    return found


@dataclass(frozen=True, eq=False, slots=True)
class _Try:
    """Answers to every question."""

    way: Course
    activation: Activation
    epsilon: str = ""
    prior: Literal["normal", "uniform"] = "normal"
    unlikely: float = 0.0

    @property
    def title(self) -> str:
        return ", ".join(
            filter(None, (_spoken(self.activation), self.epsilon, "uniform codes" * (self.prior == "uniform")))
        )

    def has(self, kind: str) -> bool:
        return any(layer.kind == kind for layer in self.way.layers)


def _epsilons_and_priors(tensors: Mapping[str, Tensor], attempt: _Try) -> Iterator[_Try]:
    yield attempt
    norms = [layer.weights for layer in attempt.way.layers if layer.kind == "batch_norm"]
    if norms:
        yield replace(attempt, prior="uniform", unlikely=attempt.unlikely + 1)
    if any(not _of_keras(name, tensors) for name in norms):  # a slip of PyTorch's arguments alone
        yield from (replace(attempt, epsilon=slip, unlikely=attempt.unlikely + 1) for slip in _EPSILONS if slip)


def _activated(activations: Sequence[Activation], attempt: _Try) -> Iterator[_Try]:
    for number, activation in enumerate(activations):
        if number == 0 or attempt.has("activation"):
            yield replace(attempt, activation=activation, unlikely=attempt.unlikely + (number > 0))


def _best(attempts: Sequence[_Try], tensors: Mapping[str, Tensor], codes: int, kept: int = _KEPT) -> list[Scored]:
    return _nearest([one for attempt in attempts if (one := _score(attempt, tensors, codes)) is not None], kept)


def _nearest(found: Sequence[Scored], kept: int = _KEPT) -> list[Scored]:
    ordered = sorted(found, key=lambda one: -one.score)
    return [one for one in ordered if one.score > ordered[0].score * _NEAR][:kept]


def _score(attempt: _Try, tensors: Mapping[str, Tensor], count: int) -> Scored | None:
    blueprint = _blueprint(attempt, tensors)
    try:
        decoder = build(blueprint, tensors)
    except GeneratorError:
        return None
    codes = codes_for(blueprint, _affordable(count, attempt.way))
    raw, missed = look_at(decoder[:-1], codes)
    if not bool(raw.isfinite().all()):
        return None
    values, unusual = _values(raw), _UNUSUAL * attempt.unlikely
    if missed is None:  # pictures alone say little, so the usual answers weigh more
        missed, unusual = _roughness(ToSigned(values)(raw)), 5 * unusual
    return Scored(replace(blueprint, values=values), attempt, attempt.title, 1 / (1 + missed + unusual))


def _affordable(count: int, way: Course) -> int:
    """Fewer codes for large pictures, which have more places to look at, and for much work."""
    return max(4, min(count, count * _USUAL_SIDE**2 // way.side**2, _MOST_WORK // max(way.work, 1)))


def _blueprint(attempt: _Try, tensors: Mapping[str, Tensor]) -> Blueprint:
    name, options = attempt.activation
    way, layers, norms = attempt.way, [], 0
    for layer in way.layers:
        if layer.kind == "activation":
            layers.append(Layer("activation", "", {"name": name, **options}))
        elif layer.kind == "batch_norm":
            eps = _KERAS_EPSILON if _of_keras(layer.weights, tensors) else _EPSILONS[attempt.epsilon](norms)
            layers.append(Layer("batch_norm", layer.weights, {"eps": eps}))
            norms += 1
        else:
            layers.append(layer)
    return Blueprint(way.latent, tuple(layers), "tanh", way.classes, attempt.prior)


def _of_keras(norm: str, tensors: Mapping[str, Tensor]) -> bool:
    return f"{norm}.moving_mean" in tensors


def _values(raw: Tensor) -> Values:
    """What the last layer gives, from its values before any activation.

    What a tanh follows spreads far beyond 1; a network that ends in a tanh and yet learned pictures in [0, 1] hardly
    ever goes below 0.
    """
    if float((raw.abs() > 1.1).float().mean()) < 0.005:
        return "unit" if float((raw < -0.1).float().mean()) < 0.02 else "signed"
    return "tanh_unit" if float((raw < -0.1).float().mean()) < 0.02 else "tanh"


def _roughness(pictures: Tensor) -> float:
    """How unlike neighbouring pixels are, as a share of how unlike any two are: noise gives 1, pictures less."""
    along = (pictures[..., 1:] - pictures[..., :-1]).square().mean() + (
        pictures[..., 1:, :] - pictures[..., :-1, :]
    ).square().mean()
    return float(along / (4 * pictures.var().clamp_min(1e-8)))


def _with_encoder(one: Scored, rows: Sequence[Row], tensors: Mapping[str, Tensor]) -> Iterator[Scored]:
    """The same with each range of its pictures and each way to read its encoder."""
    way = one.attempt.way
    shape = (way.channels, way.side, way.side)
    codes = codes_for(one.blueprint, max(_affordable(_CODES, way), 16))
    with torch.inference_mode():
        raw = build(one.blueprint, tensors)[:-1](codes)
    unusual = _UNUSUAL * one.attempt.unlikely
    for course in encoder_courses(rows, way.channels, way.side, way.latent):
        layers = _with_activation(one, course)
        try:
            body = nn.Sequential(*build_layers(layers, tensors, shape)[0])
        except GeneratorError:
            continue
        for number, values in enumerate(_ENCODED):
            unit = values in {"sigmoid", "unit"}
            with torch.inference_mode():
                pictures = ToSigned(values)(raw)
                head = body((pictures + 1) / 2 if unit else pictures)
            for part in course.heads:
                missed = return_error(means_of(head, part, way.latent), codes)
                missed = 1.0 if missed > _NO_EVIDENCE else missed
                encoder = EncoderBlueprint(layers, part, unit)
                score = 1 / (1 + missed + unusual + _UNUSUAL * number)
                title = f"{one.title}, {values}, means {part}"
                yield Scored(replace(one.blueprint, values=values, encoder=encoder), one.attempt, title, score)


def _with_activation(one: Scored, course: EncoderCourse) -> tuple[Layer, ...]:
    """The encoder's layers with the decoder's activation."""
    activation = next((layer.options for layer in one.blueprint.layers if layer.kind == "activation"), {"name": "relu"})
    return tuple(replace(layer, options=activation) if layer.kind == "activation" else layer for layer in course.layers)


def _spoken(activation: Activation) -> str:
    name, options = activation
    return f"leaky ReLU {options['slope']}" if name == "leaky_relu" else {"relu": "ReLU"}.get(name, name.upper())
