"""Weights of networks that a person has fetched. Files are read as numbers; no code in them is ever run."""

from __future__ import annotations

import hashlib
import os
import pickle
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from training.data.cache import cache_folder
from training.evaluation.material import UnavailableError

FOLDER_VARIABLE = "DINOEXPLORER_FEATURES"


def weights_folder() -> Path:
    """Where weights belong: `$DINOEXPLORER_FEATURES`, or `features` in the program's cache folder."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else cache_folder() / "features"


@dataclass(frozen=True)
class WeightsFile:
    """A file of a person's own.

    Attributes
    ----------
    what
        Whose weights, to be read after "needs".
    names
        What the file may be called.
    address
        Where it is published.
    """

    what: str
    names: tuple[str, ...]
    address: str

    def found(self, folder: Path) -> Path | None:
        """Where it lies, if it does."""
        return next((folder / name for name in self.names if (folder / name).is_file()), None)

    def command(self, folder: Path) -> str:
        """The line that fetches it."""
        return f"curl -L --create-dirs -o '{folder / self.names[0]}' {self.address}"

    def digest(self, folder: Path) -> str:
        """The file's SHA-256; empty where there is none."""
        path = self.found(folder)
        if path is None:
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def read(self, folder: Path) -> tuple[dict[str, Tensor], str]:
        """The tensors by name, and the file's SHA-256.

        Raises
        ------
        UnavailableError
            It is not there (with the line that fetches it) or cannot be read.
        """
        path = self.found(folder)
        if path is None:
            raise UnavailableError(f"needs {self.what}: {self.command(folder)}")
        try:
            tensors = load_file(path) if path.suffix == ".safetensors" else torch.load(path, "cpu", weights_only=True)
            digest = self.digest(folder)
        except (OSError, RuntimeError, SafetensorError, pickle.UnpicklingError, ValueError, EOFError) as error:
            raise UnavailableError(
                f"needs {self.what}, and {path} cannot be read; fetch it again from {self.address}"
            ) from error
        if not isinstance(tensors, dict) or not all(isinstance(one, Tensor) for one in tensors.values()):
            raise self.foreign(path)
        return tensors, digest

    def foreign(self, path: Path) -> UnavailableError:
        """What to raise when the tensors are those of something else."""
        return UnavailableError(
            f"needs {self.what}, and {path.name} in {path.parent} is not that; fetch it from {self.address}"
        )

    def fill(self, module: torch.nn.Module, folder: Path) -> str:
        """Load all weights of a module, leave it frozen in evaluation mode, and return the file's SHA-256.

        Raises
        ------
        UnavailableError
            As `read`, or the file's tensors are not the module's.
        """
        tensors, digest = self.read(folder)
        wanted = module.state_dict()
        if not all(name in tensors and tensors[name].shape == one.shape for name, one in wanted.items()):
            raise self.foreign(folder / self.names[0])
        module.load_state_dict({name: tensors[name] for name in wanted})
        module.eval().requires_grad_(False)
        return digest
