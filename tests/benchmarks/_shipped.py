"""The checkpoint that is looked at, the drawings it was trained on and fresh ones, and what it makes of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dinoexplorer.generators import Generator, GeneratorError, open_generator
from dinoexplorer.generators.generator import ByteArray, FloatArray
from training.checkpoint import read_header
from training.config import ConfigError, resolve
from training.data import dinosaurs
from training.data.images import BUILTIN, ImageSet, open_images

_AT_ONCE = 32
_PLAIN_SECONDS = 5.0


@dataclass(frozen=True)
class Subject:
    """The checkpoint, and the series of drawings it was trained on."""

    generator: Generator
    count: int
    seed: int
    variation: float
    held_out: float
    fingerprint: str

    def drawings(self, count: int, seed: int) -> ImageSet:
        info = self.generator.info
        return open_images(
            f"{BUILTIN}dinosaurs", size=info.image_size, channels=info.channels, count=count, seed=seed,
            variation=self.variation, progress=Teller(),
        )  # fmt: skip


class Teller:
    """Progress on stderr, a line every few seconds."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        if time.monotonic() - self._told > _PLAIN_SECONDS:
            self._told = time.monotonic()
            say(f"{what}: {done} of {total}")


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def open_subject(path: Path) -> Subject:
    """Open the checkpoint and find how its training drew; exits with a sentence where it is no matter for this."""
    try:
        generator = open_generator(path)
    except GeneratorError as error:
        sys.exit(str(error))
    info = generator.info
    if not info.encoder:
        sys.exit(f"{path.name} has no encoder, so it has no reconstructions; name a VAE's checkpoint.")
    if info.classes != dinosaurs.SPECIES:
        sys.exit(
            f"{path.name} was trained on {len(info.classes)} classes ({', '.join(info.classes)}), and the drawings now "
            f"have {len(dinosaurs.SPECIES)} species; train it anew on version {dinosaurs.VERSION} of the drawings."
        )
    header = read_header(path)
    settings = _data_settings(header.config)
    recorded = header.training.get("dataset") or {}
    return Subject(
        generator,
        count=int(recorded.get("count") or settings["count"]),
        seed=int(header.training.get("seed") or 0),
        variation=float(settings["variation"]),
        held_out=float(settings["held_out"]),
        fingerprint=str(recorded.get("fingerprint", "")),
    )


def _data_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """How the drawings of a training were chosen: what it records, else its recipe, else the defaults."""
    settings: dict[str, Any] = {"count": 12_000, "variation": 0.5, "held_out": 0.05}
    try:
        of_recipe = resolve(str(config.get("recipe") or "")).data.model_dump()
    except ConfigError:
        of_recipe = {}
    recorded = config.get("data")
    for source in (of_recipe, recorded if isinstance(recorded, Mapping) else {}):
        settings |= {name: source[name] for name in settings if source.get(name) is not None}
    return settings


def reconstructions(generator: Generator, originals: ByteArray) -> ByteArray:
    teller, codes = Teller(), []
    for start in range(0, len(originals), _AT_ONCE):
        codes.append(generator.encode(originals[start : start + _AT_ONCE]))
        teller("encoding", start, len(originals))
    return decoded(generator, np.concatenate(codes), "decoding reconstructions")


def decoded(generator: Generator, codes: FloatArray, what: str) -> ByteArray:
    teller, pictures = Teller(), []
    for start in range(0, len(codes), _AT_ONCE):
        pictures.append(generator.decode(codes[start : start + _AT_ONCE]))
        teller(what, start, len(codes))
    return np.concatenate(pictures)


def as_rgb(pictures: ByteArray) -> ByteArray:
    return pictures if pictures.shape[-1] == 3 else np.repeat(pictures, 3, axis=-1)
