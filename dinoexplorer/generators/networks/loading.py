"""Filling a network of ours with the tensors of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor, nn

from dinoexplorer.generators.errors import GeneratorError

_LARGEST = 2048
Made = TypeVar("Made", bound=nn.Module)


def filled(make: Callable[[], Made], tensors: Mapping[str, Tensor], what: str) -> Made:
    """The network that ``make`` builds, with these tensors, in float32 and evaluation mode.

    Built without memory of its own, so that shapes in a damaged file cost nothing.

    Raises
    ------
    GeneratorError
        The first tensor that is missing, left over or of another shape, by name; ``what`` is the network's.
    """
    with fitting(what), torch.device("meta"):
        network = make()
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    stored = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    for name in wanted.keys() | stored.keys():
        _check(name, wanted.get(name), stored.get(name), what)
    network.load_state_dict(dict(tensors), strict=True, assign=True)
    return network.float().eval().requires_grad_(requires_grad=False)


@contextmanager
def fitting(what: str) -> Iterator[None]:
    """Shapes that contradict each other, found within, become a sentence."""
    try:
        yield
    except (RuntimeError, ValueError, TypeError, ArithmeticError, LookupError) as error:
        cause = str(error).partition("\n")[0].rstrip(".")
        raise GeneratorError(
            f"The tensors look like {what} but do not fit together ({cause}); copy or download the file again."
        ) from None


def drawable(size: int) -> int:
    """The side of the pictures, where a network of such a size can be run at all."""
    if size > _LARGEST:
        raise GeneratorError(
            f"The network would draw pictures of {size} pixels; none larger than {_LARGEST} can be shown."
        )
    return size


def _check(name: str, wanted: tuple[int, ...] | None, stored: tuple[int, ...] | None, what: str) -> None:
    if wanted == stored:
        return
    if stored is None:
        raise GeneratorError(f"The tensors look like {what}, but {name!r} is missing; is the file whole?")
    if wanted is None:
        raise GeneratorError(
            f"The tensors look like {what}, but {name!r} has no place in it: a variant that is not known yet. "
            "Convert it to ONNX."
        )
    raise GeneratorError(f"The tensors look like {what}, but {name!r} is {stored} where {wanted} would fit.")


def numbered(tensors: Mapping[str, object], prefix: str) -> list[str]:
    """``prefix.0``, ``prefix.1``, ... as far as there are tensors below them without a gap."""
    found: list[str] = []
    while any(name.startswith(f"{prefix}.{len(found)}.") for name in tensors):
        found.append(f"{prefix}.{len(found)}")
    return found
