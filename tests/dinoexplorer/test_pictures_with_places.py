"""Pictures that we save carry their place: the command line brings it back, pixel for pixel."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from dinoexplorer.cli import _window_options
from dinoexplorer.document import embedding
from dinoexplorer.document.document import Document
from dinoexplorer.document.document_file import compose, write_document
from dinoexplorer.document.embedding import KEYWORD, metadata_for, read_embedded
from dinoexplorer.document.finding import reference_to
from dinoexplorer.document.opening import is_document, open_document
from dinoexplorer.generators import GeneratorError, open_generator, read_info
from dinoexplorer.picture_files import save_png
from dinoexplorer.resources import shipped_checkpoints

GREY = np.full((8, 8, 3), 128, np.uint8)


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def save_document(checkpoint: Path, path: Path, document: Document | None = None) -> Path:
    info = read_info(checkpoint)
    if document is None:
        document = Document(info.latent)
        document.go_to_seed(11)
        document.set_value(0, 0.25)
        document.add_pin("horn")
    write_document(path, compose(document.standing, info.latent, reference_to(info, path)))
    return path


@pytest.mark.parametrize("shipped", ["dinosaurs-2d"])
def test_a_picture_of_the_shipped_dinosaurs_rendered_again_is_the_same(run, tmp_path, shipped):
    checkpoint = next((path for path in shipped_checkpoints() if path.stem == shipped), None)
    if checkpoint is None:
        pytest.skip(f"{shipped} is not there")
    assert run("render", checkpoint, "--seed", 5, "--out", tmp_path / "one.png")[0] == 0
    assert run("render", tmp_path / "one.png", "--out", tmp_path / "two.png")[0] == 0
    assert np.array_equal(pixels(tmp_path / "one.png"), pixels(tmp_path / "two.png"))
    assert len(np.unique(pixels(tmp_path / "one.png"))) > 20
    place = json.loads(read_embedded(tmp_path / "one.png") or "")
    assert (place["latent"]["seed"], place["checkpoint"]["name"]) == (5, f"{shipped}.safetensors")
    assert read_embedded(tmp_path / "two.png") == read_embedded(tmp_path / "one.png")


@pytest.mark.parametrize(
    "words", [("--z", "0.5,-1,2,0,1"), ("--label", "horned", "--seed", 3), ("--seed", 1, "--truncation", 0.4)]
)
def test_a_picture_of_any_code_rendered_again_is_the_same(run, make_checkpoint, tmp_path, words, monkeypatch):
    conditional = "--label" in words
    classes = ("long neck", "horned") if conditional else ()
    dim = 5
    checkpoint = make_checkpoint(
        dim=dim, classes=classes, latent={"names": ["a", "b", "c", *classes]} if classes else None
    )
    assert run("render", checkpoint, *words, "--out", tmp_path / "one.png")[0] == 0
    monkeypatch.chdir(checkpoint.parent)  # a picture says which checkpoint, never where it lies
    assert run("render", tmp_path / "one.png", "--out", tmp_path / "two.png") == (
        0,
        f"saved {tmp_path / 'two.png'}\n",
        "",
    )
    assert np.array_equal(pixels(tmp_path / "one.png"), pixels(tmp_path / "two.png"))


def test_a_document_is_rendered_at_its_place(run, deep_checkpoint, tmp_path):
    path = save_document(deep_checkpoint, tmp_path / "walk.dino.json")
    assert run("render", path, "--out", tmp_path / "a.png")[0] == 0
    generator = open_generator(deep_checkpoint)
    code = generator.info.latent.sample(1, 11)
    code[0, 0] = 0.25
    assert np.array_equal(pixels(tmp_path / "a.png"), generator.decode(code)[0])
    assert open_document(tmp_path / "a.png").standing(generator.info.latent).pins[0].name == "horn"


def test_a_document_with_a_seed_is_another_place_in_the_same_checkpoint(run, deep_checkpoint, tmp_path):
    path = save_document(deep_checkpoint, tmp_path / "walk.dino.json")
    assert run("render", path, "--seed", 4, "--count", 2, "--out", tmp_path / "many/")[0] == 0
    generator = open_generator(deep_checkpoint)
    codes = generator.info.latent.sample(2, 4)
    assert np.array_equal(pixels(tmp_path / "many/000001.png"), generator.decode(codes)[1])
    standing = open_document(tmp_path / "many/000001.png").standing(generator.info.latent)
    assert np.array_equal(standing.latent, codes[1])


def test_a_sheet_of_several_is_no_place(run, deep_checkpoint, tmp_path):
    assert run("render", deep_checkpoint, "--seed", 4, "--count", 2, "--out", tmp_path / "sheet.png")[0] == 0
    code, out, err = run("render", tmp_path / "sheet.png", "--out", tmp_path / "a.png")
    assert (code, out) == (1, "")
    assert err == (
        "dinoexplorer: sheet.png carries no place: it was not saved by DinoExplorer, or another program took it out; "
        "open the document or the checkpoint instead.\n"
    )


def test_a_moved_checkpoint_is_found_and_a_changed_one_told(run, make_checkpoint, tmp_path, monkeypatch):
    checkpoint = make_checkpoint("mine", folder=tmp_path)
    path = save_document(checkpoint, tmp_path / "walk.dino.json")
    (tmp_path / "zoo").mkdir()
    checkpoint.rename(tmp_path / "zoo/mine.safetensors")
    monkeypatch.chdir(tmp_path / "zoo")
    code, _, err = run("render", path, "--out", tmp_path / "a.png")
    assert (code, err) == (0, f"mine.safetensors was moved; it is now {tmp_path / 'zoo/mine.safetensors'}.\n")
    make_checkpoint("mine", folder=tmp_path / "zoo", seed=1)
    code, _, err = run("render", path, "--out", tmp_path / "a.png")
    assert (code, err) == (0, "mine.safetensors has changed since this place was saved: the picture may differ.\n")
    shutil.rmtree(tmp_path / "zoo")
    monkeypatch.chdir(tmp_path)
    code, _, err = run("render", path, "--out", tmp_path / "a.png")
    assert code == 1
    assert err == (
        f"dinoexplorer: mine.safetensors is not where it was ({checkpoint}); "
        "say where it is now, or put it beside the document.\n"
    )


def test_a_picture_says_nothing_about_this_machine(run, make_checkpoint, tmp_path):
    checkpoint = make_checkpoint("mine", folder=tmp_path)
    assert run("render", checkpoint, "--seed", 5, "--out", tmp_path / "one.png")[0] == 0
    text = read_embedded(tmp_path / "one.png") or ""
    assert str(tmp_path) not in text
    assert set(json.loads(text)["checkpoint"]) == {"name", "sha256", "size"}


def test_a_checkpoint_alone_needs_a_code(run, plane_checkpoint, tmp_path):
    code, _, err = run("render", plane_checkpoint, "--out", tmp_path / "a.png")
    assert code == 2
    assert "one of the arguments --seed --z --latents is required, unless a document is rendered" in err


# The files themselves


def carrying(path: Path, text: str) -> Path:
    save_png(path, GREY, {KEYWORD: text})
    return path


@pytest.mark.parametrize("size", [10, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_a_text_of_any_size_that_we_write_is_read(tmp_path, size):
    text = ("äx" * size)[: size // 2] + "x" * (size - size // 2)
    assert read_embedded(carrying(tmp_path / "a.png", text)) == text
    assert np.array_equal(pixels(tmp_path / "a.png"), GREY)


def test_a_picture_without_a_place_carries_none(tmp_path):
    save_png(tmp_path / "a.png", GREY)
    Image.fromarray(GREY).save(tmp_path / "b.jpg")
    assert read_embedded(tmp_path / "a.png") is None
    assert read_embedded(tmp_path / "b.jpg") is None


def test_the_bytes_decide_and_not_the_name(tmp_path, plane_checkpoint):
    path = save_document(plane_checkpoint, tmp_path / "walk.png")
    picture = carrying(tmp_path / "picture.txt", path.read_text())
    for file in (path, picture):
        assert is_document(file)
        assert open_document(file).checkpoint.name == plane_checkpoint.name
    assert not is_document(plane_checkpoint)
    assert not is_document(tmp_path / "gone")
    assert not is_document(tmp_path)


def test_a_checkpoint_whose_header_begins_like_a_document_is_none(tmp_path):
    header = b"{" + b" " * 121 + b"}"
    path = tmp_path / "a.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    assert path.read_bytes()[:1] == b"{"
    assert not is_document(path)


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def test_hostile_pictures_end_in_one_sentence_or_carry_nothing(tmp_path):
    whole = carrying(tmp_path / "whole.png", "{}").read_bytes()
    bomb = chunk(b"iTXt", KEYWORD.encode() + b"\0\1\0\0\0" + zlib.compress(bytes(2**26)))
    contents = {
        "short": whole[:40],
        "head": whole[:8],
        "bomb": whole[:33] + bomb + whole[33:],
        "text": whole[:33] + chunk(b"iTXt", KEYWORD.encode() + b"\0\1\0\0\0" + b"no zlib") + whole[33:],
        "noise": whole[:8] + os.urandom(100),
    }
    for name, content in contents.items():
        path = tmp_path / f"{name}.png"
        path.write_bytes(content)
        with pytest.raises(GeneratorError) as refused:
            open_document(path)
        assert str(refused.value) in {
            f"{name}.png is a damaged PNG picture; open another copy of it.",
            f"{name}.png is not a DinoExplorer document; open a file that ends in .dino.json.",
            f"{name}.png carries no place: it was not saved by DinoExplorer, or another program took it out; "
            "open the document or the checkpoint instead.",
        }
        assert name != "bomb" or "damaged" in str(refused.value)


def test_a_place_that_was_written_by_another_program_is_refused_like_a_document(tmp_path):
    info = PngImagePlugin.PngInfo()
    info.add_text(KEYWORD, '{"version": 9, "checkpoint": {}}')
    Image.fromarray(GREY).save(tmp_path / "a.png", pnginfo=info)
    with pytest.raises(GeneratorError) as refused:
        open_document(tmp_path / "a.png")
    assert str(refused.value) == (
        "a.png was written by a newer DinoExplorer (document version 9); update DinoExplorer to open it."
    )


def test_too_many_pins_for_a_picture_are_left_out_and_the_place_stays(plane_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setattr(embedding, "_LARGEST_CARRIED", 1000)
    file = open_document(save_document(plane_checkpoint, tmp_path / "walk.dino.json"))
    document = Document(read_info(plane_checkpoint).latent, standing=file.standing(read_info(plane_checkpoint).latent))
    document.add_pins([("", document.latent)] * 50)
    full = compose(document.standing, document.spec, file.checkpoint)
    save_png(tmp_path / "a.png", GREY, metadata_for(full))
    standing = open_document(tmp_path / "a.png").standing(document.spec)
    assert standing.pins == ()
    assert np.array_equal(standing.latent, document.latent)


# The window's words


def test_the_window_tells_documents_from_checkpoints(plane_checkpoint, tmp_path):
    path = save_document(plane_checkpoint, tmp_path / "walk.dino.json")
    for words, wanted in (
        ([path], (None, path)),
        (["--document", path], (None, path)),
        ([plane_checkpoint, "--document", path], (plane_checkpoint, path)),
        ([plane_checkpoint], (plane_checkpoint, None)),
        ([], (None, None)),
    ):
        options = _window_options([str(word) for word in words])
        assert (options.checkpoint, options.document) == wanted


def test_two_documents_are_wrong_usage(run, plane_checkpoint, tmp_path):
    path = save_document(plane_checkpoint, tmp_path / "walk.dino.json")
    code, _, err = run(path, "--document", path)
    assert code == 2
    assert "are two documents; name one" in err
