"""Where maps are kept, which one a checkpoint is shown with, what it is made of, and laying it out anew."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec
from dinoexplorer.latent.latent_map import map_path, write_map
from dinoexplorer.latent.map_data import UNSEEN_SEED, MapData, data_of_training, read_data
from dinoexplorer.latent.map_keeping import (
    as_chosen,
    find_map,
    keep_choice,
    keep_map,
    own_map_path,
    without_points,
)
from dinoexplorer.latent.map_kinds import KINDS, dimensions_of, kinds_for, title_of, worth_of
from dinoexplorer.latent.map_making import make_map
from dinoexplorer.latent.map_stages import BuildCancelledError
from dinoexplorer.latent.network_fitting import fit_network
from dinoexplorer.latent.planes import dimensions_plane, plane_map
from dinoexplorer.latent.reprojecting import reproject
from dinoexplorer.latent.stage_cache import StageCache
from dinoexplorer.latent.stage_clock import StageClock
from dinoexplorer.latent.way_back import WayBack

SHA = "a" * 64


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DINOEXPLORER_CACHE", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def quick_network(monkeypatch):
    monkeypatch.setattr(
        "dinoexplorer.latent.map_stages.fit_network",
        lambda xy, codes, seed, progress: fit_network(xy, codes, seed, progress, steps=50),
    )


@pytest.fixture
def new_info(tmp_path):
    def new(dim=5, *, encoder=True, training=None, path=None, space="z"):
        spec = LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32), spaces=(space,))
        path = path or tmp_path / "model" / "net.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        return GeneratorInfo(path, "fake", "fake", spec, 16, 3, (), 1, encoder, SHA, training or {})

    return new


# Where it is kept


def test_a_map_that_was_made_lies_beside_its_checkpoint_and_is_found_there(new_info, make_map):
    info = new_info()
    path = keep_map(info, make_map(sha256=SHA), beside=True)
    assert path == map_path(info.path)
    assert len(find_map(info).map) == 40


def test_the_map_of_a_shipped_checkpoint_goes_to_the_users_own(new_info, make_map):
    info = new_info()
    path = keep_map(info, make_map(sha256=SHA), beside=False)
    assert path == own_map_path(new_info())
    assert not map_path(info.path).exists()
    assert len(find_map(info).map) == 40


def test_where_the_folder_refuses_the_map_goes_to_the_users_own(new_info, make_map, monkeypatch):
    info = new_info()
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert keep_map(info, make_map(sha256=SHA), beside=True) == own_map_path(new_info())


def test_a_map_that_can_be_kept_nowhere_says_so(new_info, make_map, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DINOEXPLORER_CACHE", str(tmp_path / "file"))
    with pytest.raises(GeneratorError, match=r"could not be written: .*; choose another place\."):
        keep_map(new_info(), make_map(sha256=SHA), beside=False)


@pytest.mark.parametrize("newer", ["own", "beside"])
def test_of_two_maps_the_newer_is_shown(new_info, make_map, newer):
    info = new_info()
    write_map(map_path(info.path), make_map(20, sha256=SHA))
    keep_map(info, make_map(30, sha256=SHA), beside=False)
    os.utime(map_path(info.path), (1000, 1000))
    os.utime(own_map_path(new_info()), (2000, 2000) if newer == "own" else (500, 500))
    assert len(find_map(info).map) == (30 if newer == "own" else 20)


@pytest.mark.parametrize("beside", [True, False])
def test_a_map_is_shown_in_no_other_space_of_its_network(new_info, make_map, beside):
    in_z, in_w = new_info(), new_info(space="w")
    keep_map(in_z, replace(make_map(sha256=SHA), space="z"), beside=beside)
    keep_choice(in_z, replace(make_map(sha256=SHA), method="tsne"))

    assert find_map(in_z).map is not None
    found = find_map(in_w)
    assert found.map is None
    assert found.stale is beside
    if beside:
        assert found.note == "net.map.npz holds codes of z, and net.safetensors is read in w; make it anew."
    of_w = replace(make_map(20, sha256=SHA), space="w")
    assert keep_map(in_w, of_w, beside=beside) == own_map_path(in_w)  # that of z stays where it is
    assert len(find_map(in_w).map) == 20
    assert len(find_map(in_z).map) == 40
    assert as_chosen(of_w, in_w) is of_w  # what was chosen in z is no choice in w


def test_a_map_of_before_spaces_were_kept_is_still_found(new_info, make_map):
    keep_map(new_info(space="w"), make_map(sha256=SHA), beside=False)
    assert find_map(new_info(space="w")).map is not None


def test_a_damaged_or_foreign_map_of_the_users_own_is_passed_over(new_info, make_map):
    info = new_info()
    write_map(map_path(info.path), make_map(20, sha256=SHA))
    os.utime(map_path(info.path), (1000, 1000))
    own_map_path(new_info()).parent.mkdir(parents=True)
    own_map_path(new_info()).write_bytes(b"PK no map")
    assert len(find_map(info).map) == 20
    write_map(own_map_path(new_info()), make_map(30, sha256="b" * 64))
    assert len(find_map(info).map) == 20
    map_path(info.path).write_bytes(b"PK no map")
    found = find_map(info)
    assert found.map is None
    assert found.stale


# How it was last looked at


def test_a_plane_that_was_chosen_comes_back(new_info, make_map):
    info, base = new_info(), make_map(sha256=SHA)
    cut = plane_map(base, dimensions_plane(np.arange(5, dtype=np.float32), 3, 1))
    keep_choice(info, cut)
    shown = as_chosen(base, info)
    assert shown.method == "slice"
    np.testing.assert_allclose(shown.xy, base.latents[:, [3, 1]], atol=1e-6)
    assert WayBack(shown)(7.0, 8.0).code.tolist() == [0, 8, 2, 7, 4]


def test_a_method_that_was_chosen_comes_back_from_the_cache_and_only_from_there(new_info, make_map):
    info, base = new_info(), replace(make_map(sha256=SHA), method="tsne", inverse={})
    cache = StageCache()
    laid = reproject(base, "pca", info, cache=cache)
    keep_choice(info, laid)
    shown = as_chosen(base, info, cache)
    assert shown.method == "pca"
    assert np.array_equal(shown.xy, laid.xy)
    assert shown.trustworthiness == laid.trustworthiness
    assert as_chosen(base, info, StageCache(cache._folder / "elsewhere")) is base


def test_a_choice_that_cannot_be_read_is_no_choice(new_info, make_map):
    info, base = new_info(), make_map(sha256=SHA)
    keep_choice(info, base)
    own_map_path(new_info()).with_name(f"{SHA}.choice.npz").write_bytes(b"PK nothing")
    assert as_chosen(base, info) is base
    assert as_chosen(None, info) is None


# Laying out anew


def test_laying_out_anew_keeps_the_images_and_changes_their_places(new_info, make_map):
    info, base = new_info(), replace(make_map(sha256=SHA, side=8), method="tsne", inverse={})
    laid = reproject(base, "pca", info)
    assert laid.latents is base.latents
    assert laid.thumbnails is base.thumbnails
    centred = base.latents - base.latents.mean(axis=0)
    values = np.linalg.svd(centred, compute_uv=False) ** 2
    assert laid.variance == pytest.approx(values[:2].sum() / values.sum(), rel=1e-4)
    assert 0.5 < laid.trustworthiness < 1
    assert any(name.startswith("network") for name in laid.inverse)


def test_laying_out_quickly_learns_and_measures_nothing_and_gives_the_same_places(new_info, make_map):
    info, base = new_info(), make_map(sha256=SHA)
    told = []
    quick = reproject(base, "pca", info, quick=True, progress=lambda *step: told.append(step[0]))
    assert set(told) == {"laying out"}
    assert sorted(quick.inverse) == ["axes", "mean"]
    assert np.array_equal(quick.xy, reproject(base, "pca", info).xy)


def test_without_an_encoder_the_thumbnails_decide(new_info, make_map):
    info, rng = new_info(12, encoder=False), np.random.default_rng(0)
    codes = rng.normal(0, 1, (300, 12)).astype(np.float32)
    colours = np.zeros((300, 1, 1, 3))
    colours[:, 0, 0, :2] = 127 + 100 * np.tanh(codes[:, :2] / 2)
    pictures = np.broadcast_to(colours, (300, 8, 8, 3)).astype(np.uint8)
    shell = np.array([3.4, 12], np.float32)
    base = replace(make_map(codes=codes, sha256=SHA), thumbnails=pictures, inverse={"shell": shell})
    laid = reproject(base, "pca", info)
    assert laid.basis == "pictures"
    shown = [np.corrcoef(laid.latents[:, number], laid.xy.T)[0, 1:] for number in range(12)]
    assert (np.array(shown) ** 2).sum(axis=1)[:2].min() > 0.8
    assert np.array_equal(laid.inverse["shell"], shell)
    assert "axes" not in laid.inverse


def refused(*arguments, **options):
    with pytest.raises(GeneratorError) as caught:
        reproject(*arguments, **options)
    return str(caught.value)


def test_what_cannot_be_laid_out_is_said_in_one_sentence(new_info, make_map):
    one = make_map(1, 2, "plane")
    assert refused(one, "pca", new_info(2)) == (
        "This map has one image, and laying out takes at least two; make it anew of more images."
    )
    assert refused(without_points(new_info()), "pca", new_info()).startswith("This map has no image, and laying out")
    equal = make_map(codes=np.ones((9, 5), np.float32), xy=np.zeros((9, 2), np.float32))
    assert refused(equal, "pca", new_info()).startswith("All 9 images have one and the same code")
    broken = replace(make_map(), latents=np.full((40, 5), np.nan, np.float32))
    assert refused(broken, "pca", new_info()).startswith("The codes of 40 of 40 images are not numbers")
    assert refused(make_map(), "pca", new_info(encoder=False)) == (
        "The pictures of this map are not kept with it, and without an encoder it is laid out by what they look "
        "like; make it anew."
    )
    grey = replace(make_map(), thumbnails=np.full((40, 8, 8, 3), 90, np.uint8))
    assert refused(grey, "pca", new_info(encoder=False)) == (
        "All pictures of this map look the same, so there is nothing to lay them out by; "
        "use a checkpoint that has learned more."
    )
    assert refused(make_map(), "plane", new_info()).startswith("Only a space of two dimensions is a plane")


def test_laying_out_can_be_ended(new_info, make_map):
    def stop(stage, done, total):
        raise BuildCancelledError

    with pytest.raises(BuildCancelledError):
        reproject(make_map(), "pca", new_info(), progress=stop)


# What it is made of


def dataset(**values):
    return {"dataset": {"source": "builtin:dinosaurs", "count": 40, "fit": "crop", "variation": 0.2} | values}


def test_built_in_pictures_of_the_training_are_drawn_anew_with_an_unseen_seed(new_info):
    info = new_info(training=dataset())
    data = data_of_training(info)
    assert data == MapData("builtin:dinosaurs", 40, UNSEEN_SEED, 0.2)
    assert data.text == "40 built-in dinosaurs that it was not trained on"
    told = []
    pictures = read_data(data, info, lambda *step: told.append(step[0]))
    assert pictures.images.shape == (40, 16, 16, 3)
    assert set(told) <= {"drawing dinosaurs"}


def test_an_older_checkpoint_takes_the_variation_of_its_recipe(new_info):
    info = new_info(training=dataset(variation=None) | {"recipe": "dinosaurs"})
    data = data_of_training(info)
    assert data.variation is None
    recipe = read_data(replace(data, count=4), info).fingerprint
    assert recipe == read_data(replace(data, count=4, variation=0.5), info).fingerprint
    assert recipe != read_data(replace(data, count=4, variation=1.0), info).fingerprint


def test_the_folder_of_a_run_is_found_from_its_checkpoint(new_info, tmp_path, save_pictures):
    save_pictures(tmp_path / "animals & co")
    path = tmp_path / "run" / "checkpoints" / "last.safetensors"
    info = new_info(training=dataset(source="folder"), path=path)
    assert data_of_training(info) is None
    (tmp_path / "run" / "config.toml").write_text(f"[data]\nsource = {str(tmp_path / 'animals & co')!r}\n")
    data = data_of_training(info)
    assert data.text == "the pictures in animals & co"
    assert len(read_data(data, info)) == 3
    (tmp_path / "run" / "config.toml").write_text('[data]\nsource = "/not/there"\n')
    assert data_of_training(info) is None
    (tmp_path / "run" / "config.toml").write_text("no toml")
    assert data_of_training(info) is None


@pytest.mark.parametrize("training", [{}, {"dataset": "x"}, {"dataset": {}}, {"dataset": {"source": 3}}])
def test_a_header_that_names_no_data_names_none(new_info, training):
    assert data_of_training(new_info(training=training)) is None


def test_a_source_without_pictures_is_one_sentence(new_info, tmp_path):
    with pytest.raises(GeneratorError) as caught:
        read_data(MapData(str(tmp_path / "nothing")), new_info())
    assert str(caught.value).startswith("The data ")
    assert str(caught.value).endswith("give a folder of pictures, an .npz file or builtin:dinosaurs.")


class Small:
    def __init__(self, info):
        self.info = info

    def decode(self, codes):
        colours = 127 + 100 * np.tanh(np.resize(codes, (len(codes), 3))[:, None, None] / 2)
        return np.broadcast_to(colours, (len(codes), 16, 16, 3)).astype(np.uint8)

    def encode(self, images):
        return images.reshape(len(images), -1)[:, : self.info.latent.dim].astype(np.float32) / 128 - 1


def test_a_map_is_made_of_pictures_where_there_is_an_encoder_else_of_samples(new_info, tmp_path, save_pictures):
    save_pictures(tmp_path / "animals", count=9)
    made = make_map(Small(new_info()), MapData(str(tmp_path / "animals")))
    assert (len(made), made.method, made.basis) == (9, "pca", "codes")
    own = make_map(Small(new_info(encoder=False)), MapData(str(tmp_path / "animals")))
    assert (len(own), own.method, own.basis) == (2000, "pca", "pictures")


def test_a_wish_that_does_not_fit_is_left(new_info, tmp_path, save_pictures):
    save_pictures(tmp_path / "animals", count=9)
    data = MapData(str(tmp_path / "animals"))
    assert make_map(Small(new_info()), data, method="plane").method == "pca"
    assert make_map(Small(new_info()), data, method="no such").method == "pca"
    assert make_map(Small(new_info(2)), data, method="pca").method == "pca"
    assert make_map(Small(new_info(2)), data).method == "plane"


# In words


def test_maps_are_named_in_plain_words(new_info, make_map):
    spec = replace(new_info().latent, names=("age", "size", "hue", "pose", "light"))
    base = make_map()
    assert title_of(base, spec) == "PCA"
    pair = plane_map(base, dimensions_plane(np.zeros(5, np.float32), 3, 1))
    assert (dimensions_of(pair), title_of(pair, spec)) == ((3, 1), "pose and size")
    tilted = replace(pair, inverse=pair.inverse | {"slice.first": np.full(5, 0.4, np.float32)})
    assert (dimensions_of(tilted), title_of(tilted, spec)) == (None, "Flat cut")
    assert [kind.title for kind in kinds_for(spec)] == ["PCA", "t-SNE", "UMAP", "PaCMAP"]
    assert kinds_for(new_info(2).latent)[0].title == "Latent plane"


def test_what_a_map_is_worth_is_said_in_one_sentence(make_map):
    base = replace(make_map(), trustworthiness=0.934, variance=0.41)
    assert worth_of(base) == "PCA: neighbours 93% kept; a place tells 41% of the code."
    assert worth_of(replace(base, basis="pictures", method="tsne")) == (
        "t-SNE of what the pictures look like: neighbours 93% kept; a place tells 41% of the code."
    )
    assert worth_of(make_map()) == "PCA: how far to trust it was not measured."
    assert worth_of(make_map(dim=2, method="plane")) == ""
    cut = plane_map(base, dimensions_plane(np.zeros(5, np.float32), 0, 1))
    assert worth_of(cut) == (
        f"Flat cut: a place is exactly one code; it shows {cut.variance:.0%} of how the images differ."
    )


def test_a_kind_whose_package_is_missing_names_the_extra(monkeypatch):
    monkeypatch.setattr("dinoexplorer.latent.projections._is_there", lambda package: package == "openTSNE")
    missing = {kind.method: kind.missing() for kind in KINDS}
    assert missing["pca"] == missing["tsne"] == ""
    assert missing["umap"] == "UMAP is not installed; install it with: pip install 'dinoexplorer[umap]'."


def test_the_clock_tells_rate_and_time_left_of_what_was_done_since_the_stage_began():
    now = [0.0]
    clock = StageClock(lambda: now[0])
    first = clock.step("encoding", 500, 1000)
    assert first.share == 0.5
    assert np.isnan(first.rate)
    now[0] = 2.0
    step = clock.step("encoding", 600, 1000)
    assert (step.rate, step.seconds_left) == (50, 8)
    now[0] = 3.0
    clock.step("laying out", 0, 100)
    now[0] = 5.0
    step = clock.step("laying out", 20, 100)
    assert np.isnan(step.rate)
    assert step.seconds_left == 8
