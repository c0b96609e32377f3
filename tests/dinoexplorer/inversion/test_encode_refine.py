"""``dinoexplorer encode --refine``: folders, what cannot be read, and going on after an interruption."""

from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorError, open_generator, read_info
from dinoexplorer.latent.inversion import batch as batches
from dinoexplorer.latent.inversion.alignment import align
from dinoexplorer.latent.inversion.batch import Batch, pictures_in
from dinoexplorer.latent.inversion.figures import psnr


def arrays(path):
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def test_a_folder_is_embedded_and_what_cannot_be_read_is_listed(run, deep_checkpoint, save_pictures, tmp_path):
    good = save_pictures(tmp_path / "in/deeper", 2)
    bad = tmp_path / "in/broken.png"
    bad.write_bytes(b"hello")
    out = tmp_path / "codes.npz"
    code, printed, told = run("encode", deep_checkpoint, tmp_path / "in", "--refine", 3, "--out", out)
    assert code == 1
    assert told == f"left out {bad}: broken.png is not a picture in a known format.\n"
    assert printed.splitlines()[-1] == f"2 latents saved in {out}"
    found = arrays(out)
    assert found["latents"].shape == (2, 5)
    assert sorted(found["names"]) == [str(path) for path in good]
    assert (found["psnr"] > 0).all()
    assert f"{good[0]}: PSNR {found['psnr'][0]:.1f} dB, SSIM {found['ssim'][0]:.3f}" in printed


def test_refining_brings_pictures_nearer(run, deep_checkpoint, save_pictures, tmp_path):
    paths = save_pictures(tmp_path / "in", 2)
    assert run("encode", deep_checkpoint, *paths, "--out", tmp_path / "a.npz")[0] == 0
    assert run("encode", deep_checkpoint, *paths, "--refine", 20, "--out", tmp_path / "b.npz")[0] == 0
    assert (arrays(tmp_path / "b.npz")["psnr"] > arrays(tmp_path / "a.npz")["psnr"]).all()


def test_without_refining_the_readable_ones_are_encoded(run, deep_checkpoint, save_pictures, tmp_path):
    (path,) = save_pictures(tmp_path / "in", 1)
    missing = tmp_path / "missing.png"
    code, _, told = run("encode", deep_checkpoint, path, missing, "--out", tmp_path / "a.npz")
    assert code == 1
    assert told == f"left out {missing}: {missing} is not there.\n"
    assert len(arrays(tmp_path / "a.npz")["latents"]) == 1


class StoppedError(Exception):
    pass


def test_an_interrupted_run_goes_on_where_it_was(deep_checkpoint, save_pictures, tmp_path, monkeypatch):
    paths, out = save_pictures(tmp_path / "in", 3), tmp_path / "codes.npz"
    generator, embedded = open_generator(deep_checkpoint), []
    honest = batches._embedded

    def counted(target, state, name, sha256):
        embedded.append(name)
        return honest(target, state, name, sha256)

    monkeypatch.setattr(batches, "_embedded", counted)

    def stop_after_two(done, total):
        if done == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        Batch(generator, out, 2).run(paths, stop_after_two)
    assert len(arrays(out)["latents"]) == 2
    first = arrays(out)["latents"][0]
    Batch(generator, out, 2).run(paths)
    assert embedded == [str(path) for path in paths]
    assert np.array_equal(arrays(out)["latents"][0], first)
    assert len(arrays(out)["latents"]) == 3
    paths[0].write_bytes(paths[1].read_bytes())  # a file that changes is done again, and so is all with other steps
    Batch(generator, out, 2).run(paths)
    assert embedded[3:] == [str(paths[0])]
    Batch(generator, out, 1).run(paths)
    assert len(embedded) == 7


def test_a_damaged_result_is_written_anew(deep_checkpoint, save_pictures, tmp_path):
    out = tmp_path / "codes.npz"
    out.write_bytes(b"PK\x03\x04 cut short")
    Batch(open_generator(deep_checkpoint), out, 1).run(save_pictures(tmp_path / "in", 1))
    assert len(arrays(out)["latents"]) == 1


def test_a_folder_without_pictures_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(GeneratorError) as refused:
        pictures_in([tmp_path])
    assert str(refused.value) == f"{tmp_path} holds no pictures; name a folder of PNG, JPEG or other picture files."


def test_no_readable_picture_is_a_refusal(run, deep_checkpoint, tmp_path):
    code, _, told = run("encode", deep_checkpoint, tmp_path / "a.png", "--refine", "--out", tmp_path / "a.npz")
    assert (code, told) == (1, "dinoexplorer: a.png is not there.\n")
    assert not (tmp_path / "a.npz").exists()


def test_tuning_saves_a_checkpoint_that_gives_the_pictures(run, deep_checkpoint, save_pictures, tmp_path):
    paths, out, tuned = save_pictures(tmp_path / "in", 2), tmp_path / "codes.npz", tmp_path / "tuned.safetensors"
    code, printed, _ = run("encode", deep_checkpoint, *paths, "--refine", 3, "--tune", tuned, "--out", out)
    assert code == 0
    assert f"checkpoint saved in {tuned}" in printed
    codes = arrays(out)["latents"]
    targets = [align(path, read_info(deep_checkpoint)).pixels for path in paths]
    before, after = (
        np.mean([psnr(*pair) for pair in zip(targets, open_generator(path).decode(codes), strict=True)])
        for path in (deep_checkpoint, tuned)
    )
    assert after > before


def test_tuning_without_refining_is_wrong_usage(run, deep_checkpoint, tmp_path):
    code, _, told = run("encode", deep_checkpoint, "a.png", "--tune", tmp_path / "t.safetensors", "--out", "a.npz")
    assert code == 2
    assert "--tune goes with --refine" in told
