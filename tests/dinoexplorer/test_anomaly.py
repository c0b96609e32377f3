from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dinoexplorer.cli import main
from dinoexplorer.generators import open_generator
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.anomaly.heat import painted, smoothed_errors
from dinoexplorer.latent.anomaly.held_out import held_out_pictures
from dinoexplorer.latent.anomaly.judging import Judge, roc_auc, share_below
from dinoexplorer.latent.anomaly.seeing import Eye
from dinoexplorer.latent.anomaly.strangeness import SCORES, percent
from dinoexplorer.resources import resource_path

NUMBERS = st.lists(st.integers(-20, 20), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def eye():
    return Eye(open_generator(resource_path("checkpoints", "dinosaurs.safetensors")))


@pytest.fixture(scope="module")
def drawings(eye):
    return held_out_pictures(eye.info, count=60)


@pytest.fixture(scope="module")
def judge(eye, drawings):
    return Judge(eye, drawings[:40])


@given(NUMBERS, NUMBERS)
def test_the_area_under_the_curve_is_how_often_a_strange_one_is_above_a_usual_one(usual, strange):
    usual, strange = np.array(usual, float), np.array(strange, float)

    pairs = (strange[:, None] > usual) + 0.5 * (strange[:, None] == usual)

    assert roc_auc(usual, strange) == pytest.approx(pairs.mean())


def test_shares_are_those_of_the_usual_ones_that_are_less():
    assert share_below(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 2.5, 3.0, 9.0])).tolist() == [0, 0.5, 0.625, 1]
    assert percent(0.9917) == "99.2 %"


def test_noise_a_foreign_picture_and_a_patch_are_stranger_than_new_drawings(judge, drawings):
    fresh = drawings[40:]
    noise = np.random.default_rng(0).integers(0, 256, fresh[:2].shape, dtype=np.uint8)
    checked = np.broadcast_to(np.indices((128, 128)).sum(axis=0)[None, ..., None] // 8 % 2 * 255, fresh[:1].shape)
    patched = fresh[:3].copy()
    patched[:, 20:50, 70:100] = (255, 0, 255)

    usual = [one.strangeness for one in judge.judge(fresh)]
    for strange in (noise, checked.astype(np.uint8), patched):
        for one in judge.judge(strange):
            assert one.strangeness.stranger_than == 1
            assert one.strangeness.value > max(found.value for found in usual)
            assert one.strangeness.words == "stranger than 100.0 % of held-out pictures"
    assert 0.2 < np.mean([found.stranger_than for found in usual]) < 0.8
    assert set(usual[0].shares) == set(SCORES)


def test_the_heat_is_where_the_picture_is_strange(judge, drawings):
    patched = drawings[40:44].copy()
    patched[:, 20:50, 70:100] = (255, 0, 255)

    for one, image in zip(judge.judge(patched), patched, strict=True):
        row, column = np.unravel_index(one.heat.argmax(), one.heat.shape)
        assert 8 <= row <= 27  # of 64: pixels 20 to 50 and a little around
        assert 33 <= column <= 52
        colours = painted(image, one.heat).astype(int)
        assert colours[35, 85, 0] > colours[35, 85, 2] + 60
        row, column = np.unravel_index(one.heat.argmin(), one.heat.shape)
        assert np.ptp(colours[2 * row, 2 * column]) == 0  # grey where nothing is strange


def test_the_same_pictures_give_the_same_verdicts_in_any_company(eye, judge, drawings):
    alone = [judge.judge(drawings[row : row + 1])[0].strangeness.value for row in (45, 46)]
    again = Judge(eye, drawings[:40]).judge(drawings[40:50])

    assert [one.strangeness.value for one in again[5:7]] == pytest.approx(alone, rel=1e-3)
    assert judge.judge(drawings[:0]) == []


def test_smoothed_errors_of_one_pixel_spread_around_it_and_keep_their_sum():
    images = np.zeros((1, 32, 32, 3), np.uint8)
    other = images.copy()
    other[0, 16, 10] = 250

    errors = smoothed_errors(images, other)[0]

    assert errors.sum() == pytest.approx(250, rel=1e-3)
    assert errors[14:19, 8:13].min() == pytest.approx(10, rel=1e-3)
    assert errors[:13].max() == 0


def test_progress_can_end_the_learning(eye, drawings):
    told = []

    def enough(done, total):
        told.append((done, total))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Judge(eye, drawings, enough)
    assert told == [(32, 60)]


def test_too_few_held_out_pictures_are_refused(eye, drawings):
    with pytest.raises(GeneratorError) as refused:
        Judge(eye, drawings[:7])
    assert str(refused.value) == "7 held-out pictures are too few to say what is usual; give at least 20."


def test_a_generator_without_an_encoder_is_refused():
    with pytest.raises(GeneratorError) as refused:
        Eye(open_generator(resource_path("checkpoints", "drawings.safetensors")))
    assert str(refused.value) == (
        "drawings.safetensors has no encoder, so it cannot tell what is strange to it; open an autoencoder that was "
        "trained on the usual pictures."
    )


def test_of_the_pictures_of_a_training_only_the_held_out_ones_are_usual(make_checkpoint, save_pictures, tmp_path):
    from training.data.images import open_images

    data = tmp_path / "data"
    save_many(data, 60)
    run = tmp_path / "run"
    (run / "checkpoints").mkdir(parents=True)
    (run / "config.toml").write_text(f'[data]\nsource = "{data}"\nheld_out = 0.4\n')
    info = open_generator(make_checkpoint("last", size=32, folder=run / "checkpoints")).info

    found = held_out_pictures(info)

    images = open_images(data, size=32)
    held = images.images[images.split(0.4)[1]]
    assert 0 < len(found) < 60
    assert (found == held).all()
    assert (held_out_pictures(info, str(data)) == held).all()  # named or not, it is the same folder
    other = tmp_path / "other"
    save_many(other, 25)
    assert len(held_out_pictures(info, str(other))) == 25


def test_where_nothing_is_known_of_the_training_data_must_be_named(deep_checkpoint):
    with pytest.raises(GeneratorError) as refused:
        held_out_pictures(open_generator(deep_checkpoint).info)
    assert str(refused.value) == (
        "deep.safetensors does not say which pictures it was trained on, so nothing tells what is usual; name usual "
        "pictures that it has not seen with --data."
    )


def save_many(folder, count):
    folder.mkdir(parents=True)
    rng = np.random.default_rng(count)
    for number in range(count):
        Image.fromarray(rng.integers(0, 256, (36, 40, 3), dtype=np.uint8)).save(folder / f"{number:03}.png")


@pytest.mark.parametrize("kind", ["colour", "grey"])
def test_the_command_sorts_a_folder_by_strangeness(make_checkpoint, tmp_path, capsys, kind):
    grey = kind == "grey"
    path = make_checkpoint("own", size=32, dim=5, channels=1 if grey else 3, family="vae-fc" if grey else "vae")
    save_many(tmp_path / "usual", 30)
    save_many(tmp_path / "new", 5)
    Image.new("RGB", (50, 40), (250, 0, 250)).save(tmp_path / "new" / "plain.png")
    (tmp_path / "new" / "notes.txt").write_text("no picture")
    out = tmp_path / "report"

    asked = ["anomaly", str(path), str(tmp_path / "new"), "--data", str(tmp_path / "usual"), "--out", str(out)]
    assert main(asked) == 0

    told = capsys.readouterr()
    rows = list(csv.DictReader((out / "report.csv").read_text().splitlines()))
    assert len(rows) == 6
    values = [float(row["strangeness"]) for row in rows]
    assert values == sorted(values, reverse=True)
    content = json.loads((out / "report.json").read_text())
    assert content["held_out"] == 30
    assert [one["picture"] for one in content["pictures"]] == [row["picture"] for row in rows]
    assert content["unreadable"] == [
        {"picture": str(tmp_path / "new" / "notes.txt"), "reason": "notes.txt is not a picture in a known format"}
    ]
    with Image.open(out / "sheet.png") as sheet:
        assert sheet.height > 6 * 192
    share = float(rows[0]["stranger_than"])
    assert told.out.startswith(f"{rows[0]['picture']}: stranger than {percent(share)} of held-out pictures\n")
    assert told.out.endswith(f"6 pictures against 30 held-out ones; report saved in {out}\n")


def test_a_folder_without_a_readable_picture_is_refused(deep_checkpoint, tmp_path, capsys):
    save_many(tmp_path / "usual", 25)
    (tmp_path / "notes.txt").write_text("no picture")

    asked = ["anomaly", str(deep_checkpoint), str(tmp_path / "notes.txt"), "--data", str(tmp_path / "usual")]
    assert main([*asked, "--out", str(tmp_path / "out")]) == 1

    assert capsys.readouterr().err.endswith(
        "dinoexplorer: None of the pictures could be read; the lines above say why.\n"
    )
    assert not (tmp_path / "out").exists()
