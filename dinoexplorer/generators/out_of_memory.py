"""A device without memory, as a sentence. This module imports torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from dinoexplorer.generators.errors import GeneratorError


@contextmanager
def told_when_out_of_memory(purpose: str) -> Iterator[None]:
    """Raise `GeneratorError` where a graphics card has no memory left for ``purpose``: "to look into this model"."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise GeneratorError(
            f"The graphics card has no memory left {purpose}; close other programs or switch to the CPU."
        ) from error
