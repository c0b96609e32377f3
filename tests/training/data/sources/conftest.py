"""What every test of a source needs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.images import Skipped
from training.data.sources import open_source
from training.data.sources.source import Item
from training.data.workshop.preparation import Preparation

Listed = tuple[list[Item], dict[str, str]]


@pytest.fixture
def png() -> Callable[[int], bytes]:
    """A small picture; another one for each number."""

    def make(number: int = 0, size: tuple[int, int] = (12, 8)) -> bytes:
        pixels = np.random.default_rng(number).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        return file.getvalue()

    return make


@pytest.fixture
def preparation(tmp_path: Path) -> Preparation:
    return Preparation((), tmp_path / "out", network=True)


@pytest.fixture
def listed(preparation: Preparation) -> Iterator[Callable[[object], Listed]]:
    """Open a source and list it: its items, and the reasons of what is left out by name."""
    sources = []

    def list_(text: object) -> Listed:
        source = open_source(str(text), preparation)
        sources.append(closing(source))
        items, skipped = [], {}
        for one in source.items(lambda _what, _done, _total: None):
            if isinstance(one, Skipped):
                skipped[one.name] = one.reason
            else:
                assert one.source == str(text)
                items.append(one)
        return items, skipped

    yield list_
    for one in sources:
        one.__exit__(None, None, None)
