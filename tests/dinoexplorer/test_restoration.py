from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dinoexplorer.cli import main
from dinoexplorer.generators import open_generator
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.restoration.restoring import purpose, restored
from dinoexplorer.latent.restoration.tiles import Mosaic, tiling
from dinoexplorer.resources import resource_path


class Mirror:
    """Brings every picture back as it is."""

    def __init__(self, generator) -> None:
        self.info, self.seen = generator.info, []

    def encode(self, images):
        self.seen.append(images)
        return np.arange(len(images), dtype=np.float32)[:, None]

    def decode(self, codes):
        return self.seen[-1][codes[:, 0].astype(int)]


@given(st.integers(16, 100), st.integers(16, 100))
def test_tiles_cover_every_pixel_and_put_together_what_was_cut(height, width):
    picture = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    tiles = tiling(height, width, 16)
    mosaic = Mosaic(tiles)

    for top, left in tiles.places():
        mosaic.lay(picture[top : top + 16, left : left + 16], top, left)

    assert (mosaic.picture() == picture).all()
    for edges, length in ((tiles.rows, height), (tiles.columns, width)):
        assert edges[0] == 0
        assert edges[-1] == length - 16
        assert all(after - before <= 12 for before, after in itertools.pairwise(edges))


def test_neighbouring_tiles_that_disagree_fade_into_each_other():
    tiles = tiling(16, 28, 16)
    mosaic = Mosaic(tiles)
    for (top, left), level in zip(tiles.places(), (40, 200), strict=True):
        mosaic.lay(np.full((16, 16, 3), level, np.uint8), top, left)

    row = mosaic.picture()[8, :, 0].astype(int)

    assert (np.diff(row) >= 0).all()
    assert np.diff(row).max() < 70
    assert (row[0], row[-1]) == (40, 200)


@pytest.mark.parametrize("size", [(32, 32), (70, 45), (20, 90), (9, 40)])
def test_a_picture_of_any_size_keeps_it(deep_checkpoint, size):
    picture = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    told = []

    for way in ("tiles", "whole"):
        after = restored(open_generator(deep_checkpoint), picture, way, lambda *done: told.append(done))
        assert after.shape == picture.shape
        assert after.dtype == np.uint8
    assert told[-1][0] == told[-1][1]


def test_what_the_model_leaves_alone_stays_as_it_is(deep_checkpoint):
    picture = np.random.default_rng(1).integers(0, 256, (70, 45, 3), dtype=np.uint8)

    assert (restored(Mirror(open_generator(deep_checkpoint)), picture) == picture).all()


def test_a_noisy_dinosaur_comes_back_nearer_to_the_clean_one():
    generator = open_generator(resource_path("checkpoints", "dinosaurs.safetensors"))
    clean = generator.decode(generator.info.latent.sample(1, 5))[0]
    noise = np.random.default_rng(0).normal(0, 25, clean.shape)
    noisy = np.clip(clean + noise, 0, 255).astype(np.uint8)

    after = restored(generator, noisy)

    errors = [np.abs(picture.astype(float) - clean).mean() for picture in (noisy, after)]
    assert errors[1] < 0.6 * errors[0]


def test_progress_can_end_the_work_between_tiles(deep_checkpoint):
    def enough(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restored(open_generator(deep_checkpoint), np.zeros((400, 400, 3), np.uint8), "tiles", enough)


@pytest.mark.parametrize(
    ("objective", "denoises", "text"),
    [
        ({}, False, "clean.safetensors was not trained on damaged pictures: it brings each to the nearest one that it "
         "knows, at 16 pixels."),
        ({"gaussian": 0.2}, True, "clean.safetensors was trained to take noise of 26 grey levels out of pictures of 16 "
         "pixels."),
        ({"gaussian": 0.2, "masking": 0.2, "salt_and_pepper": 0.05}, True, "clean.safetensors was trained to take "
         "noise of 26 grey levels, holes in 20% of the pixels and specks on 5% of them out of pictures of 16 pixels."),
    ],
)  # fmt: skip
def test_it_says_what_the_model_was_trained_for(make_checkpoint, objective, denoises, text):
    path = make_checkpoint("clean", family="autoencoder", config={"objective": objective})

    found = purpose(open_generator(path).info)

    assert (found.denoises, found.text) == (denoises, text)


def test_a_generator_without_an_encoder_is_refused():
    info = open_generator(resource_path("checkpoints", "drawings.safetensors")).info

    with pytest.raises(GeneratorError) as refused:
        purpose(info)

    assert str(refused.value) == (
        "drawings.safetensors has no encoder, so no picture can go through it; open an autoencoder, such as one of the "
        "recipe denoising-autoencoder."
    )


def test_the_command_writes_each_picture_and_before_and_after(deep_checkpoint, save_pictures, tmp_path, capsys):
    folder = tmp_path / "in"
    save_pictures(folder, 2)
    save_pictures(folder / "more", 1, side=80)
    Image.new("CMYK", (50, 20)).save(folder / "print.jpg")
    (folder / "notes.txt").write_text("no picture")

    assert main(["restore", str(deep_checkpoint), str(folder), "--out", str(tmp_path / "out")]) == 0

    told = capsys.readouterr()
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["before-after.png", "picture-0-2.png", "picture-0.png", "picture-1.png", "print.png"]
    with Image.open(tmp_path / "out" / "print.png") as made:
        assert made.size == (50, 20)
    assert "deep.safetensors was not trained on damaged pictures" in told.out
    assert f"left out {folder / 'notes.txt'}: notes.txt is not a picture in a known format" in told.err
    assert "4 pictures saved in" in told.out


def test_the_command_writes_over_neither_the_pictures_nor_earlier_results(deep_checkpoint, save_pictures, tmp_path):
    path = save_pictures(tmp_path, 1)[0]

    assert main(["restore", str(deep_checkpoint), str(path), "--out", str(tmp_path)]) == 0
    before = {one: one.read_bytes() for one in tmp_path.iterdir()}
    assert main(["restore", str(deep_checkpoint), str(path), "--whole", "--out", str(tmp_path)]) == 0

    assert sorted(one.name for one in before) == ["before-after.png", "picture-0-2.png", "picture-0.png"]
    assert {one: one.read_bytes() for one in before} == before
    assert (tmp_path / "picture-0-3.png").exists()
    assert (tmp_path / "before-after-2.png").exists()


def test_pictures_go_into_no_file(deep_checkpoint, save_pictures, tmp_path, capsys):
    path = save_pictures(tmp_path, 1)[0]
    assert main(["restore", str(deep_checkpoint), str(path), "--out", str(path)]) == 1
    assert capsys.readouterr().err == f"dinoexplorer: --out {path} is a file; name a folder for the pictures.\n"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda _folder: None, "There is no file or folder {}; check the name."),
        (lambda folder: folder.mkdir(), "There is no file in {}; name pictures, or a folder of them."),
    ],
)
def test_nothing_to_restore_is_refused(deep_checkpoint, tmp_path, capsys, make, sentence):
    given = tmp_path / "given"
    make(given)

    assert main(["restore", str(deep_checkpoint), str(given), "--out", str(tmp_path / "out")]) == 1

    assert capsys.readouterr().err == f"dinoexplorer: {sentence.format(given)}\n"
