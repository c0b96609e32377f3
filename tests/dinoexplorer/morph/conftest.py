from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def surroundings():
    """Of a space alone: no weights are needed to walk through it."""
    from pathlib import Path

    from dinoexplorer.generators.generator import GeneratorInfo, LatentSpec
    from dinoexplorer.morph.surroundings import Surroundings

    def make(dim=4, *, latent_map=None, prior="normal", spaces=("z",), mean=0.0, classes=()):
        names = tuple(f"z{n}" for n in range(dim - len(classes))) + tuple(classes) if classes else ()
        mean_code = np.full(dim, mean, np.float32)
        spec = LatentSpec(dim, mean_code, np.ones(dim, np.float32), prior, names=names, spaces=spaces)
        info = GeneratorInfo(Path("toy.safetensors"), "native", "vae", spec, 16, 3, tuple(classes), 1, False, "0" * 64)
        return Surroundings(info, latent_map)

    return make


@pytest.fixture
def make_reel(plane_checkpoint):
    """A short film of the tiny 16-pixel model, 2 dimensions, between codes whose pictures differ."""
    from dinoexplorer.generators import open_generator
    from dinoexplorer.morph.film import Film
    from dinoexplorer.morph.keyframe import Segment
    from dinoexplorer.morph.look import Look
    from dinoexplorer.morph.reel import Reel
    from dinoexplorer.morph.surroundings import Surroundings
    from dinoexplorer.morph.timeline import Timeline

    def make(seconds=0.5, fps=10, *, repeat="once", films=1, segment="sine", **look):
        generator = open_generator(plane_checkpoint)
        around = Surroundings(generator.info)
        timelines = [
            Timeline.through(3 * generator.info.latent.sample(2, seed + 1), Segment(seconds, segment), repeat=repeat)
            for seed in range(films)
        ]
        look = {"side": 32} | look
        return Reel(generator, [Film(timeline, fps, around) for timeline in timelines], Look(**look))

    return make
