"""Material of a subject that is told what it decodes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training.evaluation._told import Told, discs, image_set
from training.data.images import ImageSet
from training.evaluation.material import Material, Settings
from training.evaluation.subject import Subject


@pytest.fixture
def material(tmp_path: Path) -> Callable[..., Material]:
    """Of a subject that knows 150 discs, on 200 others of two classes; `Settings` are further arguments."""

    def make(subject: Subject | None = None, images: ImageSet | None = None, **options: object) -> Material:
        chosen = {"samples": 100, "seed": 0, "held_out": 0.3, "features": tmp_path / "features"} | options
        return Material(
            subject or Told(discs(150, 1)[0]),
            images or image_set(*discs(200, 0), ("light", "dark")),
            Settings(**chosen),  # type: ignore[arg-type]
            lambda *_: None,
        )

    return make
