"""Building a map in stages: cancelled, resumed, of a generator without an encoder, and of codes that are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec
from dinoexplorer.latent.latent_map import read_map, write_map
from dinoexplorer.latent.map_building import BuildCancelledError, build_map
from dinoexplorer.latent.network_fitting import fit_network
from dinoexplorer.latent.stage_cache import StageCache, stage_key
from dinoexplorer.latent.way_back import WayBack


class SmallGenerator:
    """Two of the numbers of a code are the colour of the picture, the others do nothing; counts what it is asked."""

    def __init__(self, path, dim=6, *, encoder=True, broken=0):
        spec = LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32))
        self.info = GeneratorInfo(path / "small.safetensors", "fake", "small", spec, 16, 3, (), 1, encoder, "0" * 64)
        self.encoded = self.decoded = 0
        self._broken = broken

    def decode(self, codes):
        self.decoded += len(codes)
        colours = np.zeros((len(codes), 1, 1, 3))
        colours[:, 0, 0, :2] = 127 + 120 * np.tanh(codes[:, :2] / 2)
        return np.broadcast_to(colours, (len(codes), 16, 16, 3)).astype(np.uint8)

    def encode(self, images):
        self.encoded += len(images)
        codes = images.reshape(len(images), -1)[:, : self.info.latent.dim].astype(np.float32) / 128 - 1
        codes[: self._broken] = np.nan
        return codes


@pytest.fixture
def quick_network(monkeypatch):
    """A network that has learned for a moment only."""
    monkeypatch.setattr(
        "dinoexplorer.latent.map_stages.fit_network",
        lambda xy, codes, seed, progress: fit_network(xy, codes, seed, progress, steps=50),
    )


def pictures(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 16, 16, 3), dtype=np.uint8)


class Stopper:
    """Tells how the build goes on, and ends it at a step."""

    def __init__(self, at=None):
        self.at = at
        self.told = []

    def __call__(self, *step):
        self.told.append(step)
        if step[:2] == self.at:
            raise BuildCancelledError

    @property
    def stages(self):
        return list(dict.fromkeys(stage for stage, _, _ in self.told))


@pytest.mark.usefixtures("quick_network")
def test_a_build_goes_through_its_stages(tmp_path):
    stopper = Stopper()
    built = build_map(SmallGenerator(tmp_path), pictures(600), progress=stopper)
    assert stopper.stages == ["encoding", "laying out", "learning the way back", "measuring"]
    assert [done for stage, done, _ in stopper.told if stage == "encoding"] == [0, 256, 512, 600]
    assert 0.3 < built.variance < 0.6
    assert 0.5 < built.trustworthiness < 1
    assert not np.allclose(WayBack(built)(0.1, 0.2).code, 0)
    write_map(tmp_path / "a.map.npz", built)
    found = read_map(tmp_path / "a.map.npz")
    assert np.allclose(WayBack(found)(0.1, 0.2).code, WayBack(built)(0.1, 0.2).code)


@pytest.mark.usefixtures("quick_network")
@pytest.mark.parametrize(
    ("at", "encoded_again", "first"),
    [
        (("encoding", 256), 344, ("encoding", 256, 600)),
        (("laying out", 0), 0, ("encoding", 600, 600)),
        (("learning the way back", 25), 0, ("encoding", 600, 600)),
        (("measuring", 0), 0, ("encoding", 600, 600)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_build_that_was_cancelled_goes_on_and_gives_the_same_map(tmp_path, at, encoded_again, first):
    cache, images = StageCache(tmp_path / "cache"), pictures(600)
    with pytest.raises(BuildCancelledError):
        build_map(SmallGenerator(tmp_path), images, progress=Stopper(at), cache=cache)
    generator, stopper = SmallGenerator(tmp_path), Stopper()
    resumed = build_map(generator, images, progress=stopper, cache=cache)
    assert generator.encoded == encoded_again
    assert stopper.told[0] == first
    straight = build_map(SmallGenerator(tmp_path), images)
    for name in ("latents", "xy", "thumbnails"):
        assert np.array_equal(getattr(resumed, name), getattr(straight, name))
    assert np.array_equal(resumed.inverse["network.2.weight"], straight.inverse["network.2.weight"])
    assert (resumed.variance, resumed.trustworthiness) == (straight.variance, straight.trustworthiness)


@pytest.mark.usefixtures("quick_network")
def test_another_method_looks_at_nothing_again_and_another_checkpoint_at_everything(tmp_path):
    cache, images = StageCache(tmp_path / "cache"), pictures(40)
    build_map(SmallGenerator(tmp_path), images, cache=cache)
    again, other, others = SmallGenerator(tmp_path), SmallGenerator(tmp_path), SmallGenerator(tmp_path)
    build_map(again, images, cache=cache, seed=1)
    other.info = replace(other.info, sha256="1" * 64)
    build_map(other, images, cache=cache)
    build_map(others, pictures(40, seed=1), cache=cache)
    assert (again.encoded, other.encoded, others.encoded) == (0, 40, 40)


def test_a_damaged_or_missing_cache_is_only_slower(tmp_path):
    cache = StageCache(tmp_path / "cache")
    cache.write("a", {"x": np.arange(3)})
    assert np.array_equal(cache.read("a")["x"], np.arange(3))
    (tmp_path / "cache/a.npz").write_bytes(b"PK no archive")
    assert cache.read("a") is None
    (tmp_path / "file").write_text("")
    blocked = StageCache(tmp_path / "file")
    blocked.write("a", {"x": np.arange(3)})
    assert blocked.read("a") is None


def test_the_cache_keeps_to_its_budget_and_forgets_the_oldest(tmp_path):
    import os

    cache = StageCache(tmp_path, budget=25_000)
    for number in range(4):
        cache.write(f"{number}", {"x": np.zeros(1250)})  # 10 kB each
        if (tmp_path / f"{number}.npz").exists():
            os.utime(tmp_path / f"{number}.npz", (number, number))
    assert [cache.read(f"{number}") is not None for number in range(4)] == [False, False, True, True]


def test_keys_tell_apart_what_they_are_made_of():
    assert len({stage_key("a", 1), stage_key("a", 2), stage_key("a1"), stage_key("a", "1")}) == 4


# Without an encoder


@pytest.mark.usefixtures("quick_network")
def test_a_generator_without_an_encoder_is_mapped_by_what_its_pictures_look_like(tmp_path):
    generator, stopper = SmallGenerator(tmp_path, dim=12, encoder=False), Stopper()
    built = build_map(generator, None, samples=400, progress=stopper)
    assert stopper.stages == ["decoding", "comparing pictures", "laying out", "learning the way back", "measuring"]
    assert (built.basis, built.method) == ("pictures", "pca")
    # Of twelve numbers only two show, and those are the two directions of the map.
    explained = [np.corrcoef(built.latents[:, number], built.xy.T)[0, 1:] for number in range(12)]
    strength = (np.array(explained) ** 2).sum(axis=1)
    assert strength[:2].min() > 0.8
    assert strength[2:].max() < 0.1
    assert built.trustworthiness > 0.95
    assert built.variance < 0.4  # and the map says that a place does not tell the other ten
    assert "axes" not in built.inverse


@pytest.mark.usefixtures("quick_network")
def test_codes_of_a_gaussian_prior_come_back_to_its_shell(tmp_path):
    built = build_map(SmallGenerator(tmp_path, dim=64, encoder=False), None, samples=400)
    norms = np.linalg.norm(built.latents, axis=1)
    way_back = WayBack(built)
    for x, y in np.random.default_rng(0).uniform(-1, 1, (20, 2)):
        assert np.linalg.norm(way_back(x, y, pixel=0.2).code) == pytest.approx(np.median(norms), rel=0.25)
    averaged = WayBack(replace(built, inverse={k: v for k, v in built.inverse.items() if k != "shell"}))
    assert np.linalg.norm(averaged(0.1, 0.1, pixel=0.2).code) < 0.5 * np.median(norms)


def refused(*arguments, **options) -> str:
    with pytest.raises(GeneratorError) as caught:
        build_map(*arguments, **options)
    return str(caught.value)


def test_what_cannot_be_mapped_is_said_in_one_sentence(tmp_path):
    assert refused(SmallGenerator(tmp_path, encoder=False), pictures(9)) == (
        "small.safetensors has no encoder, so its map is made of its own pictures; leave the data set out."
    )
    assert refused(SmallGenerator(tmp_path, broken=3), pictures(9)) == (
        "The codes of 3 of 9 images are not numbers, so small.safetensors cannot be mapped; "
        "its training has probably diverged: use an earlier checkpoint."
    )
    assert refused(SmallGenerator(tmp_path), np.zeros((9, 16, 16, 3), np.uint8)) == (
        "All 9 images have one and the same code, so there is nothing to lay out; "
        "give other images, or a checkpoint of small.safetensors that has learned more."
    )
    assert refused(SmallGenerator(tmp_path), None, samples=1) == (
        "A map needs at least two images but got 1; name a larger data set."
    )


@pytest.mark.usefixtures("quick_network")
def test_the_map_of_images_knows_their_names_and_how_well_each_is_brought_back(tmp_path):
    generator, images = SmallGenerator(tmp_path), pictures(300)
    names = tuple(f"{number}.png" for number in range(300))
    built = build_map(generator, images, names=names)
    back = generator.decode(generator.encode(images)).astype(float)
    expected = (((back - images) / 255) ** 2).reshape(300, -1).mean(axis=1)
    np.testing.assert_allclose(built.errors, expected, rtol=1e-4)
    assert built.names == names
    sampled = build_map(SmallGenerator(tmp_path), None, samples=40)
    assert (sampled.names, sampled.errors) == ((), None)
