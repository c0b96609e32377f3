"""Pins out to files that scripts read: ``.npy``, ``.npz`` and ``.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dinoexplorer.document.standing import Pin
from dinoexplorer.generators.errors import GeneratorError
from training.files import replace_file

ENDINGS = (".npy", ".npz", ".csv")


def export_pins(path: Path, pins: Sequence[Pin]) -> None:
    """Write pins, in their order, whole or not at all.

    ``.npy`` is float32 ``(n, dim)``; ``.npz`` holds ``latents`` ``(n, dim)`` and ``names`` ``(n,)``; ``.csv`` has the
    columns name, z1, z2, ... in UTF-8.

    Raises
    ------
    GeneratorError
        If there are no pins, the ending is another one, or the place cannot be written to.
    """
    if not pins:
        raise GeneratorError("There are no pins to export; pin a place first.")
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise GeneratorError(f"{path.name} does not end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}; choose one.")
    latents = np.stack([pin.latent for pin in pins])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            if ending == ".npy":
                np.save(file, latents, allow_pickle=False)
            elif ending == ".npz":
                np.savez(file, allow_pickle=False, latents=latents, names=np.array([pin.name for pin in pins]))
            else:
                file.write(pin_table(pins).encode())
    except OSError as error:
        raise GeneratorError(f"{path} could not be written: {error.strerror or error}; choose another place.") from None


def pin_table(pins: Sequence[Pin]) -> str:
    """At least one pin as CSV text: a line of titles, then name and numbers, a line for each."""
    latents = np.stack([pin.latent for pin in pins])
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["name", *(f"z{number}" for number in range(1, latents.shape[1] + 1))])
    for pin, latent in zip(pins, latents.tolist(), strict=True):
        writer.writerow([pin.name, *(f"{value:.9g}" for value in latent)])  # nine digits tell one float32 from another
    return text.getvalue()
