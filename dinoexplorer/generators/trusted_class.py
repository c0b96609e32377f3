"""A network whose Python class its user names: the only way in which code that is not ours is ever run.

Nothing here is reached by opening a file. A person names the class on the command line, it is given the weights that
were read without running anything, and what comes of it is written as an ONNX graph, which opens like any other file
from then on.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.readers.foreign import unpacked

if TYPE_CHECKING:
    from types import ModuleType

    from torch import Tensor, nn

_LONGEST = 4096


def trusted_decoder(weights: Path, named: str, arguments: Mapping[str, Any], latent: int) -> nn.Module:
    """The class ``FILE.py:CLASS`` or ``MODULE:CLASS`` with the weights of a file: ``(n, latent)`` to ``(n, c, h, w)``.

    Parameters
    ----------
    arguments
        What the class is made with.
    latent
        The length of a code; it may be taken as ``(n, latent)`` or as ``(n, latent, 1, 1)``.

    Raises
    ------
    GeneratorError
        The class is not there or cannot be made, the weights are not its own, or it gives no pictures.
    """
    import torch  # noqa: PLC0415  not before the command needs it
    from torch import nn  # noqa: PLC0415

    if not 1 <= latent <= _LONGEST:
        raise GeneratorError(f"A code cannot have {latent} numbers; give --latent 1 to {_LONGEST}.")
    made = _made(named, arguments)
    _fill(made, unpacked(weights).tensors, weights.name, named)
    made = made.eval().requires_grad_(requires_grad=False)
    cause = "it gives something else"
    for shape in ((latent,), (latent, 1, 1)):
        decoder = nn.Sequential(nn.Unflatten(1, shape), made) if len(shape) > 1 else nn.Sequential(made)
        try:
            with torch.inference_mode():
                pictures = decoder(torch.zeros(2, latent))
        except Exception as error:  # noqa: BLE001  a stranger's code may raise anything; the other shape may suit it
            cause = _told(error)
            continue
        if isinstance(pictures, torch.Tensor) and pictures.ndim == 4 and pictures.shape[1] in {1, 3}:
            return decoder
    raise GeneratorError(
        f"{named} makes no pictures of codes of {latent} numbers ({cause}): its forward must take (n, {latent}) or"
        f" (n, {latent}, 1, 1) and give (n, 1 or 3, h, w); check --latent, or wrap it in a class that does."
    )


def _made(named: str, arguments: Mapping[str, Any]) -> nn.Module:
    from torch import nn  # noqa: PLC0415

    where, _, name = named.rpartition(":")
    if not where or not name.isidentifier():
        raise GeneratorError(f"{named!r} names no class; write FILE.py:CLASS or MODULE:CLASS.")
    try:
        found = getattr(_module(where), name, None)
    except Exception as error:
        raise GeneratorError(f"{where} cannot be imported ({_told(error)}); mend it, or add what it needs.") from error
    if not (isinstance(found, type) and issubclass(found, nn.Module)):
        raise GeneratorError(f"{where} has no torch module called {name}; check the name.")
    try:
        return found(**arguments)
    except Exception as error:
        raise GeneratorError(
            f"{name} cannot be made with {dict(arguments)} ({_told(error)}); give --arguments what it takes."
        ) from error


def _module(where: str) -> ModuleType:
    if not where.endswith(".py"):
        return importlib.import_module(where)
    path = Path(where)
    specification = importlib.util.spec_from_file_location(f"_trusted_{path.stem}", path)
    if specification is None or specification.loader is None or not path.is_file():
        raise FileNotFoundError(f"there is no file {where}")
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # where dataclasses look for the module of a class
    specification.loader.exec_module(module)
    return module


def _fill(module: nn.Module, tensors: Mapping[str, Tensor], file: str, named: str) -> None:
    wanted = {name: tensor.shape for name, tensor in module.state_dict().items()}
    for inside in _parts(tensors):
        if all(name in inside and inside[name].shape == shape for name, shape in wanted.items()):
            module.load_state_dict({name: inside[name] for name in wanted})
            return
    lacking = [name for name in wanted if name not in tensors]
    first = lacking[0] if lacking else next(name for name, shape in wanted.items() if tensors[name].shape != shape)
    raise GeneratorError(
        f"the weights in {file} are not those of {named}: {first!r} is missing or of another shape; check --arguments."
    )


def _parts(tensors: Mapping[str, Tensor]) -> Iterator[Mapping[str, Tensor]]:
    """All tensors, and those below each beginning of a name."""
    yield tensors
    starts = {name[:place] for name in tensors for place, letter in enumerate(name) if letter == "."}
    for start in sorted(starts, key=len):
        yield {name[len(start) + 1 :]: tensor for name, tensor in tensors.items() if name.startswith(f"{start}.")}


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:160].rstrip(".") or type(error).__name__
