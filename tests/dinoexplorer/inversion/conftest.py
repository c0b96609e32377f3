from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.generators import open_generator
from dinoexplorer.resources import resource_path


@pytest.fixture(scope="session")
def dinosaurs():
    """The shipped generator with an encoder."""
    return open_generator(resource_path("checkpoints", "dinosaurs.safetensors"))


@pytest.fixture(scope="session")
def deep(deep_checkpoint):
    return open_generator(deep_checkpoint)


@pytest.fixture(scope="session")
def held_out(dinosaurs):
    """Drawings that no training has seen, uint8 (3, 128, 128, 3)."""
    from dinoexplorer.latent.map_data import UNSEEN_SEED
    from training.data.dinosaurs import draw_many

    return np.asarray(draw_many(3, dinosaurs.info.image_size, seed=UNSEEN_SEED, variation=0.5)[0])
