"""The whole way with the real `dinotrain`: a tiny training, watched to its end."""

from __future__ import annotations

import pytest

from dinoexplorer.runs.views import Order
from training.run import read_run


@pytest.fixture
def real_home(tmp_path, home):
    real = type(home)(tmp_path / "real", command=None)
    yield real
    real.keeper.close(stop=False)


def test_a_tiny_run_trains_and_is_resumed(real_home):
    changes = {"image.size": 16, "latent.dim": 2, "steps": 8, "batch_size": 8, "data.count": 64, "device": "cpu",
               "model.hidden": [16], "samples.every": 4, "evaluate.every": 4, "checkpoint.every": 4, "log.every": 2,
               "data.held_out": 0.2}  # fmt: skip
    folder = real_home.keeper.start(Order("vae-fc", "builtin:dinosaurs", "tiny", changes))
    row = real_home.until_state(folder, "finished")
    assert (row.step, row.images_seen, row.title) == (8, 64, "tiny")
    assert row.best > 0
    detail = real_home.keeper.detail(folder)
    assert detail.curves["loss/reconstruction"][0].tolist() == [16, 32, 48, 64]
    assert [step for step, _ in detail.samples] == [4, 8]
    assert [step for step, _ in detail.checkpoints][-1] == 8
    assert detail.environment["device"].startswith("cpu")
    assert "pictures to train on" in detail.log
    assert detail.settings == real_home.keeper.detail(folder).settings
    real_home.keeper.resume(folder, 12)
    row = real_home.until_state(folder, "finished", step=12)
    assert real_home.keeper.detail(folder).curves["loss/reconstruction"][0][-1] == 96
    assert read_run(folder).title == "tiny"


def test_data_without_a_picture_fail_with_the_reason(real_home, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    folder = real_home.keeper.start(Order("vae-fc", str(empty), "no pictures", {"device": "cpu"}))
    row = real_home.until_state(folder, "failed")
    assert row.reason == f"There are no files in {empty}; give a folder with pictures."
