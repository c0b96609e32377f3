"""What ``torch.save`` writes: a zip archive, or, before PyTorch 1.6, a row of pickles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dinoexplorer.generators.archives import ZIP, names_in
from dinoexplorer.generators.contents import Contents, flattened
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.inert import load_inert

_PICKLE_FROM_2 = b"\x80"


class TorchFile:
    """Reads the tensors with an unpickler that knows how to make tensors and nothing else."""

    title = "PyTorch checkpoint"

    def recognises(self, head: bytes, path: Path) -> bool:
        if head.startswith(_PICKLE_FROM_2):
            return True
        return head.startswith(ZIP) and any(name.rpartition("/")[2] == "data.pkl" for name in names_in(path))

    def unpack(self, path: Path) -> Contents:
        stored = load_inert(path)
        if isinstance(stored, list):
            stored = {str(number): item for number, item in enumerate(stored)}
        if not isinstance(stored, Mapping):
            raise GeneratorError(_no_mapping(path, stored))
        tensors, hints = flattened(stored)
        if not tensors:
            raise GeneratorError(
                f"{path.name} is a PyTorch file without a single tensor; it may hold only a configuration: "
                "open the file of the weights instead."
            )
        return Contents(path, self.title, tensors, hints)


CONTAINER = TorchFile()


def _no_mapping(path: Path, stored: Any) -> str:
    return (
        f"{path.name} is a PyTorch file that holds a {type(stored).__name__} and not a state dict; "
        "save the model's state_dict() instead."
    )
