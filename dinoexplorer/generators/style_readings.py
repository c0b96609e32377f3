"""What families of the StyleGAN kind have in common: finding the network in a file, and the ways to steer it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.reading import CERTAIN, Built, Reading

if TYPE_CHECKING:
    from torch import Tensor

    from dinoexplorer.generators.networks.style_network import StyleNetwork

LARGEST_SIDE = 4096
_BEST_FIRST = ("G_ema", "g_ema", "ema", "generator_ema", "G", "g", "generator", "netG", "")
_IN_W, _IN_STYLES = 0.5, 0.4


def prefixes(names: Iterable[str], end: str) -> list[str]:
    """What stands in front of tensors named ``...end``: averaged weights first, those of a discriminator never."""
    found = {name.removesuffix(end).removesuffix(".") for name in names if name == end or name.endswith(f".{end}")}

    def place(prefix: str) -> tuple[int, str]:
        last = prefix.rpartition(".")[2]
        return (_BEST_FIRST.index(last) if last in _BEST_FIRST else len(_BEST_FIRST)), prefix

    return sorted(found, key=place)


def inside(contents: Contents, prefix: str) -> Contents:
    """The tensors below a prefix, which may be none."""
    return contents.below(prefix) if prefix else contents


def told(hints: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """What the file tells of a network: the arguments it was made with, and what its modules keep, by dotted names.

    Arguments of the synthesis network stand beside the others, as the newer of the two writers puts them.
    """
    start = f"{prefix}." if prefix else ""
    own = {name.removeprefix(start): value for name, value in hints.items() if name.startswith(start)}
    arguments = dict(_flat(own)) | own
    short = ((name.removeprefix("init_kwargs.").removeprefix("synthesis_kwargs."), name) for name in arguments)
    return {name: arguments[whole] for name, whole in short}


def _flat(values: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def number(values: Mapping[str, Any], names: Sequence[str], usual: float) -> float:
    """The first number that the file tells under one of the names, or the usual one."""
    for name in names:
        value = values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    return usual


def limit(values: Mapping[str, Any], names: Sequence[str], usual: float | None) -> float | None:
    """The same for a limit, where None is an answer too: there is none."""
    name = next((name for name in names if name in values), None)
    if name is None or values[name] is None:
        return usual if name is None else None
    return number(values, [name], math.inf)


def style_readings(family: str, make: Callable[[], StyleNetwork]) -> list[Reading]:
    """The network steered by z, as its authors do, by w, and by a w of its own for each layer."""
    return [
        Reading(family, "steered by z", CERTAIN, partial(_built, make, "steered_by_z")),
        Reading(family, "steered by w, behind the mapping", _IN_W, partial(_built, make, "steered_by_w")),
        Reading(
            family,
            "steered by a w for each layer, and its noise (w+)",
            _IN_STYLES,
            partial(_built, make, "steered_by_styles"),
        ),
    ]


class MarkedFamily:
    """A family whose networks are found by one tensor: below the first prefix that has all of their parts.

    Parameters
    ----------
    title, name
        For a person, and what `GeneratorInfo.family` says.
    mark
        The tensor's name within a network.
    problem
        What speaks against the tensors below a prefix, or nothing.
    network
        Makes the network of those tensors and of what the file tells of it.
    """

    def __init__(
        self, title: str, name: str, mark: str, *,
        problem: Callable[[Mapping[str, Tensor]], str],
        network: Callable[[Mapping[str, Tensor], dict[str, Any]], StyleNetwork],
    ) -> None:  # fmt: skip
        self.title, self._name, self._mark = title, name, mark
        self._problem, self._network = problem, network

    def readings(self, contents: Contents) -> list[Reading]:
        """Steered by z, by w and by layers."""
        for prefix in prefixes(contents.tensors, self._mark):
            tensors = inside(contents, prefix).tensors
            if not self._problem(tensors):
                return style_readings(self._name, partial(self._network, tensors, told(contents.hints, prefix)))
        return []

    def missing(self, contents: Contents) -> str:
        """Of the likeliest network in the file."""
        found = prefixes(contents.tensors, self._mark)
        return self._problem(inside(contents, found[0]).tensors) if found else ""


def _built(make: Callable[[], StyleNetwork], way: str) -> Built:
    import torch  # noqa: PLC0415  not before the first window

    from dinoexplorer.generators.networks import style_network  # noqa: PLC0415

    try:
        network = make()
        built: Built = getattr(style_network, way)(network)
        with torch.no_grad():
            shape = built.decoder(torch.zeros(1, built.latent.dim)).shape
    except GeneratorError as error:
        raise GeneratorError(
            f"The network was recognised, but {error}; the file is damaged, or of a variant."
        ) from None
    except (RuntimeError, ValueError, TypeError, KeyError, IndexError, ArithmeticError) as error:
        cause = " ".join(str(error).split())[:160]
        raise GeneratorError(
            f"The network was recognised, but its tensors do not fit one another ({cause}); the file is damaged, or of"
            " a variant: download it again, or convert it to ONNX."
        ) from None
    if tuple(shape[1:]) != (built.channels, built.image_size, built.image_size):
        raise GeneratorError(
            f"The network was recognised, but gives {tuple(shape[1:])} and not {built.channels} x {built.image_size} x"
            f" {built.image_size}; the file is of a variant: convert it to ONNX."
        )
    return built
