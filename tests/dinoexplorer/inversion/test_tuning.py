"""A generator is bent to pictures, other pictures stay, and the result is a checkpoint of its own."""

from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorError, open_generator, read_info
from dinoexplorer.latent.inversion.figures import psnr
from dinoexplorer.latent.inversion.tuning import Tuning


@pytest.fixture
def target():
    return np.random.default_rng(0).integers(40, 200, (4, 4, 3), dtype=np.uint8).repeat(8, axis=0).repeat(8, axis=1)


def test_a_tuned_checkpoint_gives_the_picture_and_leaves_others(deep, target, tmp_path):
    code, others = deep.info.latent.sample(1, 3), deep.info.latent.sample(8, 99)
    tuning = Tuning(deep, code, target[None], steps=120, rate=2e-3)
    first, *_, last = tuning
    assert last.psnr > first.psnr + 2
    tuning.save(tmp_path / "tuned.safetensors")
    tuned = open_generator(tmp_path / "tuned.safetensors")
    own = psnr(target, tuned.decode(code)[0]) - psnr(target, deep.decode(code)[0])
    assert own > 2
    moved = np.abs(tuned.decode(others).astype(int) - deep.decode(others)).mean()
    assert moved < np.abs(tuned.decode(code).astype(int) - deep.decode(code)).mean()
    assert read_info(tmp_path / "tuned.safetensors").training["tuned"] == {"pictures": 1, "steps": 120}
    assert np.array_equal(tuned.encode(target[None]), deep.encode(target[None]))


def test_the_open_generator_is_left_alone(deep, target):
    code = deep.info.latent.sample(1, 3)
    before = deep.decode(code)
    Tuning(deep, code, target[None], steps=3).step()
    assert np.array_equal(deep.decode(code), before)


def test_refusals_are_sentences(deep, target):
    code = deep.info.latent.sample(2, 3)
    with pytest.raises(GeneratorError) as refused:
        Tuning(deep, code, target[None])
    assert str(refused.value) == "2 codes and 1 pictures are no pairs; give as many of each."
    tuning = Tuning(deep, code[:1], target[None], steps=1)
    with pytest.raises(GeneratorError) as refused:
        tuning.save(deep.info.path)
    assert str(refused.value) == (
        f"{deep.info.path} is the checkpoint that is tuned; choose another name for the result."
    )
