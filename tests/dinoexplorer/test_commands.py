"""The subcommands from end to end, as contracts.md has them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dinoexplorer import __version__, commands, progress_bars
from dinoexplorer.generators import open_generator, read_info
from dinoexplorer.latent.latent_map import read_map
from dinoexplorer.resources import shipped_checkpoints


@pytest.fixture
def refused(run):
    """Runs a command that must be refused with one line, and returns the line."""

    def run_command(*words):
        code, out, err = run(*words)
        assert (code, out) == (1, "")
        assert err.count("\n") == 1
        return err.removesuffix("\n").removeprefix("dinoexplorer: ")

    return run_command


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


# info


def test_info_prints_what_a_person_wants_to_know(run, deep_checkpoint):
    code, out, err = run("info", deep_checkpoint)
    assert (code, err) == (0, "")
    rows = dict(line.strip().split("  ", 1) for line in out.splitlines())
    assert rows["latent"] == "5 dimensions, normal prior"
    assert rows["pictures"] == "32 x 32, colour"
    assert rows["classes"] == "long neck, horned"
    assert rows["encoder"] == "yes"
    assert rows["family"] == "vae"
    assert "step 120" in rows["trained"]


def test_info_gives_the_credit_and_the_licence_of_the_pictures_that_were_learned_from(run):
    code, out, _ = run("info", shipped_checkpoints()[0])
    assert code == 0
    assert "pictures by  MIT\n" in out


def test_info_as_json_is_one_object_and_nothing_else(run, deep_checkpoint):
    code, out, err = run("info", deep_checkpoint, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == read_info(deep_checkpoint).as_json()
    assert out.count("\n") == 1


def test_info_does_not_load_torch_or_qt(plane_checkpoint):
    program = (
        "import sys; from dinoexplorer.cli import main; code = main(sys.argv[1:]); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'torch', 'PySide6'}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "info", str(plane_checkpoint), "--json"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stderr.strip() == "[]"
    assert json.loads(done.stdout)["family"] == "vae"


# render


def test_render_writes_one_picture(run, plane_checkpoint, tmp_path):
    out = tmp_path / "new/one.png"
    assert run("render", plane_checkpoint, "--seed", 3, "--out", out) == (0, f"saved {out}\n", "")
    generator = open_generator(plane_checkpoint)
    assert np.array_equal(pixels(out), generator.decode(generator.info.latent.sample(1, 3))[0])


def test_render_writes_a_contact_sheet_as_square_as_can_be(run, plane_checkpoint, tmp_path):
    code, *_ = run("render", plane_checkpoint, "--seed", 3, "--count", 5, "--out", tmp_path / "sheet.png")
    generator = open_generator(plane_checkpoint)
    images = generator.decode(generator.info.latent.sample(5, 3))
    sheet = pixels(tmp_path / "sheet.png")
    assert code == 0
    assert sheet.shape == (32, 48, 3)
    assert np.array_equal(sheet[:16, 16:32], images[1])
    assert np.array_equal(sheet[16:, :16], images[3])
    assert not sheet[16:, 32:].any()


def test_render_writes_an_array(run, plane_checkpoint, tmp_path):
    out = tmp_path / "images.npy"
    assert run("render", plane_checkpoint, "--seed", 3, "--count", 4, "--out", out)[0] == 0
    images = np.load(out)
    assert (images.shape, images.dtype) == ((4, 16, 16, 3), np.uint8)


@pytest.mark.parametrize("name", ["folder/", "folder", "existing.d", "named.png/"])
def test_render_writes_a_folder_of_pngs(run, plane_checkpoint, tmp_path, name):
    (tmp_path / "existing.d").mkdir()
    out = f"{tmp_path}/{name}"
    assert run("render", plane_checkpoint, "--seed", 3, "--count", 3, "--out", out)[0] == 0
    assert sorted(path.name for path in Path(out).iterdir()) == ["000000.png", "000001.png", "000002.png"]
    generator = open_generator(plane_checkpoint)
    assert np.array_equal(pixels(Path(out) / "000002.png"), generator.decode(generator.info.latent.sample(3, 3))[2])


@pytest.mark.parametrize("words", [("--z", "-0.5,1.5"), ("--z=-0.5, 1.5",), ("--z", "-.5 1.5")])
def test_render_takes_a_code_that_begins_with_a_minus(run, plane_checkpoint, tmp_path, words):
    assert run("render", plane_checkpoint, *words, "--out", tmp_path / "a.png")[0] == 0
    wanted = open_generator(plane_checkpoint).decode(np.array([-0.5, 1.5], np.float32))[0]
    assert np.array_equal(pixels(tmp_path / "a.png"), wanted)


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i8"])
def test_render_takes_latents_from_a_file(run, plane_checkpoint, tmp_path, dtype):
    codes = np.array([[1, 0], [0, -1]], dtype)
    np.save(tmp_path / "codes.npy", codes)
    assert run("render", plane_checkpoint, "--latents", tmp_path / "codes.npy", "--out", tmp_path / "a.npy")[0] == 0
    wanted = open_generator(plane_checkpoint).decode(codes.astype(np.float32))
    assert np.array_equal(np.load(tmp_path / "a.npy"), wanted)


def test_render_is_the_same_every_time(run, plane_checkpoint, tmp_path):
    for name in ("a.png", "b.png"):
        run("render", plane_checkpoint, "--seed", 5, "--truncation", 0.7, "--out", tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_truncation_zero_is_the_middle(run, plane_checkpoint, tmp_path):
    run("render", plane_checkpoint, "--seed", 5, "--truncation", 0, "--out", tmp_path / "a.png")
    assert np.array_equal(pixels(tmp_path / "a.png"), open_generator(plane_checkpoint).decode(np.zeros((1, 2)))[0])


def test_many_pictures_come_in_batches_and_in_order(run, plane_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "_LARGEST_BATCH", 3)
    run("render", plane_checkpoint, "--seed", 5, "--count", 8, "--out", tmp_path / "a.npy")
    generator = open_generator(plane_checkpoint)
    wanted = generator.decode(generator.info.latent.sample(8, 5)).astype(int)
    assert np.abs(np.load(tmp_path / "a.npy") - wanted).max() <= 1


@pytest.fixture
def folder_of_arrays(tmp_path, monkeypatch):
    """The working folder with files that ``--latents`` may be given."""
    monkeypatch.chdir(tmp_path)
    Path("text.npy").write_text("hello")
    Path("empty.npy").write_bytes(b"")
    np.save("objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    np.savez("archive.npz", a=np.zeros((1, 2)))
    np.save("none.npy", np.zeros((0, 2)))
    np.save("wide.npy", np.zeros((1, 3)))
    np.save("nan.npy", np.full((1, 2), np.nan))
    np.save("words.npy", np.array(["a", "b"]))
    return tmp_path


TOO_LONG = "This generator takes latents of 2 numbers and was given 3; give 2 values per picture."
NOT_CONDITIONAL = "plane.safetensors is not class-conditional, so --label has no meaning for it."
NOT_FINITE = "These latents hold values that are not finite numbers; replace NaN and infinity."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--z", "1,2,3"], TOO_LONG),
        (["--z", "one,two"], '--z "one,two" is not a list of numbers such as "0.5,1.5".'),
        (["--z", ""], "This generator takes latents of 2 numbers and was given 0; give 2 values per picture."),
        (["--z", "nan,0"], NOT_FINITE),
        (["--z", "1e60,0"], NOT_FINITE),
        (["--seed", "1", "--truncation", "nan"], NOT_FINITE),
        (["--seed", "1", "--label", "horned"], NOT_CONDITIONAL),
        (["--seed", "1", "--device", "tpu"], "There is no device called 'tpu'; use auto, cpu, cuda, cuda:N or mps."),
        (["--latents", "gone.npy"], "There is no file gone.npy; check the name."),
        (["--latents", "text.npy"], "text.npy is not a .npy file of numbers; save one with numpy.save."),
        (["--latents", "empty.npy"], "empty.npy is not a .npy file of numbers; save one with numpy.save."),
        (["--latents", "objects.npy"], "objects.npy is not a .npy file of numbers; save one with numpy.save."),
        (["--latents", "archive.npz"], "archive.npz is not a .npy file of numbers; save one with numpy.save."),
        (["--latents", "none.npy"], "none.npy holds no latents; save a float array of shape (n, 2)."),
        (["--latents", "wide.npy"], TOO_LONG),
        (["--latents", "nan.npy"], NOT_FINITE),
        (["--latents", "words.npy"], "These latents are not numbers; give a float array of shape (n, dim)."),
    ],
)  # fmt: skip
def test_render_refuses_with_one_sentence(refused, plane_checkpoint, folder_of_arrays, words, sentence):
    assert refused("render", plane_checkpoint, *words, "--out", "out.png") == sentence
    assert not Path("out.png").exists()


def test_render_refuses_a_kind_of_file_it_does_not_write(refused, plane_checkpoint):
    assert refused("render", plane_checkpoint, "--seed", 1, "--out", "a.jpg") == (
        "--out a.jpg is neither FILE.png, FILE.npy nor a folder; give one of these."
    )


def test_render_refuses_a_sheet_beyond_what_readers_open(refused, deep_checkpoint):
    assert refused("render", deep_checkpoint, "--seed", 1, "--count", 500_000, "--out", "a.png") == (
        "A sheet of 707 x 708 pictures of 32 pixels would be larger than 89 million pixels, "
        "which most programs refuse to open; ask for fewer, or write them to a folder."
    )


@pytest.mark.parametrize("name", ["a.png", "a.npy", "folder/"])
def test_a_place_that_cannot_be_written_is_one_sentence(refused, plane_checkpoint, tmp_path, name):
    (tmp_path / "file").write_text("in the way")
    sentence = refused("render", plane_checkpoint, "--seed", 1, "--out", f"{tmp_path}/file/{name}")
    assert sentence.endswith(("could not be written: Not a directory; choose another place.",
                              "could not be written: File exists; choose another place."))  # fmt: skip


def test_a_device_that_is_not_there_is_replaced_and_said_so(run, plane_checkpoint, tmp_path):
    import torch

    if torch.cuda.device_count() > 7:
        pytest.skip("this machine has eight graphics cards")
    code, _, err = run("render", plane_checkpoint, "--seed", 1, "--device", "cuda:7", "--out", tmp_path / "a.png")
    assert code == 0
    assert err.startswith("cuda:7 is not there (")
    assert err.count("\n") == 1


# grid


def test_grid_lays_two_dimensions_out_with_up_being_more(run, deep_checkpoint, tmp_path):
    out = tmp_path / "grid.png"
    words = ["grid", deep_checkpoint, "--rows", 2, "--cols", 3, "--range", "-1.5,0.5", "--axes", "1,4", "--out", out]
    assert run(*words) == (0, f"saved {out}\n", "")
    codes = np.zeros((6, 5), np.float32)
    codes[:, 1], codes[:, 4] = [-1.5, -0.5, 0.5] * 2, [0.5] * 3 + [-1.5] * 3
    images = open_generator(deep_checkpoint).decode(codes).reshape(2, 3, 32, 32, 3)
    assert np.array_equal(pixels(out), images.swapaxes(1, 2).reshape(64, 96, 3))


def test_grid_is_30_by_30_unless_told_otherwise(run, plane_checkpoint, tmp_path):
    assert run("grid", plane_checkpoint, "--out", tmp_path / "grid.png")[0] == 0
    assert pixels(tmp_path / "grid.png").shape == (480, 480, 3)


@pytest.mark.parametrize("axes", ["0,2", "5,0", "-1,0"])
def test_grid_refuses_dimensions_that_do_not_exist(refused, plane_checkpoint, axes):
    assert refused("grid", plane_checkpoint, "--axes", axes, "--out", "a.png") == (
        f"--axes {axes} do not exist: the dimensions here are 0 to 1."
    )


def test_grid_refuses_a_plane_of_one_direction(refused, plane_checkpoint):
    assert refused("grid", plane_checkpoint, "--axes", "1,1", "--out", "a.png") == (
        "--axes 1,1 are one and the same; name two dimensions."
    )


def sheet_of(generator, codes, columns):
    images = generator.decode(np.asarray(codes, np.float32))
    size = images.shape[1]
    return images.reshape(-1, columns, size, size, 3).swapaxes(1, 2).reshape(-1, columns * size, 3)


def test_grid_goes_through_three_codes_and_shows_them_all(run, deep_checkpoint, tmp_path):
    generator, out = open_generator(deep_checkpoint), tmp_path / "grid.png"
    codes = generator.info.latent.sample(3, 5)
    np.save(tmp_path / "three.npy", codes)
    words = ["grid", deep_checkpoint, "--through", tmp_path / "three.npy", "--rows", 5, "--cols", 5, "--out", out]
    assert run(*words) == (0, f"saved {out}\n", "")
    assert pixels(out).shape == (160, 160, 3)
    # With one row and column at 0 the picture is that of the first code.
    assert run(*words[:4], "--rows", 1, "--cols", 1, "--range", "0,0", "--out", out)[0] == 0
    assert np.array_equal(pixels(out), generator.decode(codes[:1])[0])


def test_grid_of_the_principal_directions_is_measured_in_deviations_of_the_map(run, deep_checkpoint, tmp_path):
    checkpoint, out = tmp_path / "copy.safetensors", tmp_path / "grid.png"
    checkpoint.write_bytes(deep_checkpoint.read_bytes())
    run("map", checkpoint, "--count", 40)
    latent_map, generator = read_map(tmp_path / "copy.map.npz"), open_generator(checkpoint)
    assert run("grid", checkpoint, "--axes", "pca", "--rows", 1, "--cols", 3, "--range", "-1,1", "--out", out)[0] == 0
    mean, axes = latent_map.inverse["mean"], latent_map.inverse["axes"]
    across, up = latent_map.xy.std(axis=0)[:, None] * axes
    wanted = sheet_of(generator, [mean + step * across + up for step in (-1, 0, 1)], 3)
    assert np.abs(pixels(out).astype(int) - wanted).max() <= 1


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        (np.zeros((2, 5)), "A plane goes through three codes and was given 2; give three."),
        (np.arange(3)[:, None] * np.ones((3, 5)), "These three codes lie on one line, so no single plane goes through "
         "them; change one."),
        (np.full((3, 5), np.nan), "These latents hold values that are not finite numbers; replace NaN and infinity."),
    ],
    ids=["two", "a line", "no numbers"],
)  # fmt: skip
def test_grid_refuses_codes_that_are_no_plane(refused, deep_checkpoint, tmp_path, codes, sentence):
    np.save(tmp_path / "codes.npy", codes)
    assert refused("grid", deep_checkpoint, "--through", tmp_path / "codes.npy", "--out", "a.png") == sentence


# encode


def test_encode_writes_codes_errors_and_names(run, deep_checkpoint, save_pictures, tmp_path):
    paths = save_pictures(tmp_path / "in")
    code, out, err = run("encode", deep_checkpoint, *paths, "--out", tmp_path / "codes.npz")
    assert (code, err) == (0, "")
    with np.load(tmp_path / "codes.npz", allow_pickle=False) as file:
        assert (file["latents"].shape, file["latents"].dtype) == ((3, 5), np.float32)
        assert list(file["names"]) == [str(path) for path in paths]
        error = file["error"]
        codes = file["latents"]
    from training.data.pictures import load_picture

    images = np.stack([load_picture(path, 32) for path in paths])
    generator = open_generator(deep_checkpoint)
    assert np.allclose(codes, generator.encode(images), atol=1e-5)
    assert np.allclose(
        error, (((generator.decode(codes) / 255.0) - images / 255.0) ** 2).mean(axis=(1, 2, 3)), atol=1e-5
    )
    assert out.count("mean squared error") == 3
    assert out.splitlines()[-1] == f"3 latents saved in {tmp_path / 'codes.npz'}"


def test_encode_compares_grey_with_grey(run, grey_checkpoint, save_pictures, tmp_path):
    (path,) = save_pictures(tmp_path / "in", 1)
    assert run("encode", grey_checkpoint, path, "--out", tmp_path / "codes.npz")[0] == 0
    grey = tmp_path / "in/grey.png"
    Image.open(path).convert("L").save(grey)
    assert run("encode", grey_checkpoint, grey, "--out", tmp_path / "grey.npz")[0] == 0
    with np.load(tmp_path / "codes.npz") as colour, np.load(tmp_path / "grey.npz") as plain:
        assert np.allclose(colour["latents"], plain["latents"], atol=0.02)
        assert np.allclose(colour["error"], plain["error"], atol=0.002)


@pytest.mark.parametrize("content", [None, b"", b"hello", b"\x89PNG\r\n\x1a\n"])
def test_encode_refuses_what_is_no_picture_with_one_sentence(refused, plane_checkpoint, tmp_path, content):
    path = tmp_path / "picture.png"
    if content is not None:
        path.write_bytes(content)
    sentence = refused("encode", plane_checkpoint, path, "--out", tmp_path / "a.npz")
    assert len(sentence) > 20
    assert not (tmp_path / "a.npz").exists()


# map


def test_map_of_a_folder_lies_beside_the_checkpoint(run, plane_checkpoint, save_pictures, tmp_path):
    checkpoint = tmp_path / "copy.safetensors"
    checkpoint.write_bytes(plane_checkpoint.read_bytes())
    save_pictures(tmp_path / "data/horned", 3)
    save_pictures(tmp_path / "data/long neck", 2)
    (tmp_path / "data/horned/notes.txt").write_text("no picture")
    code, out, err = run("map", checkpoint, "--data", tmp_path / "data")
    assert code == 0
    assert out == f"5 points, plane, saved in {tmp_path / 'copy.map.npz'}\n"
    assert err.startswith("left out horned/notes.txt: ")
    found = read_map(tmp_path / "copy.map.npz")
    assert found.classes == ("horned", "long neck")
    assert sorted(found.labels) == [0, 0, 0, 1, 1]
    assert found.checkpoint_sha256 == read_info(checkpoint).sha256
    assert found.thumbnails.shape == (5, 48, 48, 3)


def test_map_of_the_built_in_dinosaurs_is_laid_out_by_the_method_and_goes_where_it_is_told(
    run, deep_checkpoint, tmp_path
):
    out = tmp_path / "here/a.map.npz"
    words = ["map", deep_checkpoint, "--data", "builtin:dinosaurs", "--count", 12, "--method", "pca", "--out", out]
    code, said, err = run(*words)
    assert (code, err) == (0, "")
    assert said.startswith(f"12 points, pca, saved in {out}\ntrustworthiness 0.")
    assert len(read_map(out).classes) >= 6


def test_map_without_data_is_made_of_samples(run, deep_checkpoint, tmp_path):
    out = tmp_path / "samples.map.npz"
    code, said, err = run("map", deep_checkpoint, "--count", 20, "--out", out)
    assert (code, err) == (0, "")
    assert said.startswith(f"20 points, pca, saved in {out}\ntrustworthiness 0.")
    assert re.search(r"share of the codes' variance that a place tells \d\d%\n$", said)
    latent_map, spec = read_map(out), open_generator(deep_checkpoint).info.latent
    assert np.array_equal(latent_map.latents, spec.sample(20, 0))
    assert set(latent_map.labels) == {-1}


def test_map_refuses_with_one_sentence(refused, plane_checkpoint, deep_checkpoint, tmp_path, save_pictures):
    out = ["--out", tmp_path / "a.map.npz"]
    data = ["--data", save_pictures(tmp_path / "data", 3)[0].parent]
    assert refused("map", plane_checkpoint, *data, "--method", "pcb", *out) == (
        "There is no projection called 'pcb'; use pacmap, pca, plane, tsne, umap."
    )
    assert refused("map", deep_checkpoint, *data, "--method", "plane", *out) == (
        "Only a space of two dimensions is a plane and this one has 5; use pca or tsne."
    )
    assert refused("map", deep_checkpoint, *data, "--count", 1, *out) == (
        "A map needs at least two images but got 1; name a larger data set."
    )
    assert str(tmp_path / "gone") in refused("map", deep_checkpoint, "--data", tmp_path / "gone", *out)
    assert "builtin:dinosaurs" in refused("map", deep_checkpoint, "--data", "builtin:dragons", *out)
    assert not (tmp_path / "a.map.npz").exists()


# What holds for every command


@pytest.mark.parametrize(
    "words",
    [
        ["info"],
        ["info", "--json"],
        ["render", "--seed", "1", "--out", "a.png"],
        ["grid", "--out", "a.png"],
        ["encode", "a.png", "--out", "a.npz"],
        ["map"],
    ],
)
def test_a_checkpoint_that_is_none_is_refused_before_torch_is_needed(refused, tmp_path, words):
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    assert refused(words[0], path, *words[1:]) == (
        "notes.txt is a text file, not a checkpoint of an image generator; "
        "open the file of its weights (such as .safetensors, .pt or .pkl), or train a model with 'dinotrain fit'."
    )


@pytest.mark.parametrize(
    "words",
    [
        ["info"],
        ["render", "a"],
        ["render", "a", "--out", "b.png"],
        ["render", "a", "--seed", "1", "--z", "1,2", "--out", "b.png"],
        ["render", "a", "--seed", "-1", "--out", "b.png"],
        ["render", "a", "--seed", "1.5", "--out", "b.png"],
        ["render", "a", "--seed", "1", "--count", "0", "--out", "b.png"],
        ["render", "a", "--seed", "1", "--truncation", "much", "--out", "b.png"],
        ["grid", "a", "--range", "1", "--out", "b.png"],
        ["grid", "a", "--range", "0,inf", "--out", "b.png"],
        ["grid", "a", "--axes", "0,0.5", "--out", "b.png"],
        ["grid", "a", "--axes", "0,x", "--out", "b.png"],
        ["grid", "a", "--rows", "-3", "--out", "b.png"],
        ["encode", "a", "--out", "b.npz"],
        ["render", "a", "--z", "0,1", "--count", "2", "--out", "b.png"],
        ["map", "a", "--count", "none"],
        ["map", "a", "--seed", "-1"],
        ["map", "a", "--variation", "2"],
        ["a", "b"],
        ["--nonsense"],
    ],
)
def test_wrong_usage_ends_with_two_and_says_how(run, words):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("usage: dinoexplorer")
    assert "_from_zero" not in err
    assert "_positive" not in err


def test_an_unforeseen_error_is_one_line_unless_debug_is_asked_for(run, refused, plane_checkpoint, monkeypatch):
    def fail(_options):
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(commands, "run", fail)
    assert refused("info", plane_checkpoint) == (
        "ZeroDivisionError: division by zero; run it again with --debug and report what it prints."
    )
    code, _, err = run("info", plane_checkpoint, "--debug")
    assert code == 1
    assert err.startswith("Traceback")


def test_an_interruption_ends_with_130(run, plane_checkpoint, monkeypatch):
    def interrupt(_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "run", interrupt)
    assert run("info", plane_checkpoint) == (130, "", "Interrupted.\n")


def test_a_disk_that_fails_is_one_line(refused, plane_checkpoint, monkeypatch):
    def fail(_options):
        raise PermissionError(13, "Permission denied", "/locked")

    monkeypatch.setattr(commands, "run", fail)
    assert refused("info", plane_checkpoint) == "/locked: Permission denied; check the place and its permissions."


def test_the_version_is_printed(run):
    assert run("--version") == (0, f"dinoexplorer {__version__}\n", "")


def test_the_help_names_the_subcommands(run):
    _, out, _ = run("--help")
    assert all(name in out for name in ("info", "render", "grid", "encode", "map"))


def test_long_work_tells_a_plain_line_where_there_is_no_terminal(run, plane_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "_LARGEST_BATCH", 2)
    monkeypatch.setattr(progress_bars, "_PLAIN_SECONDS", -1.0)
    _, _, err = run("render", plane_checkpoint, "--seed", 5, "--count", 6, "--out", tmp_path / "a.npy")
    assert err.splitlines() == ["decoding: 2 of 6", "decoding: 4 of 6", "decoding: 6 of 6"]


def test_a_terminal_shows_a_bar_with_rate_and_time_left(run, plane_checkpoint, tmp_path, monkeypatch):
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)  # its monitor thread outlives the bar
    monkeypatch.setattr(commands, "_LARGEST_BATCH", 2)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    _, out, err = run("render", plane_checkpoint, "--seed", 5, "--count", 6, "--out", tmp_path / "a.npy")
    assert "decoding" in err
    assert "image/s" in err or "s/image" in err
    assert out == f"6 pictures saved in {tmp_path / 'a.npy'}\n"
