"""What a training will take, what its data hold, how busy the machine is."""

from __future__ import annotations

import math
import sys
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from PIL import Image

from dinoexplorer.runs import estimating, hardware
from dinoexplorer.runs.errors import KeeperError
from dinoexplorer.runs.estimating import estimate, fitting_batch_size
from dinoexplorer.runs.hardware import gpu_memory, measure
from dinoexplorer.runs.inspecting import Unwanted, inspect_data
from dinoexplorer.runs.sizing import size_of
from dinoexplorer.runs.views import Order
from training.config import list_recipes, resolve
from training.run import RunWriter


def order(**changes: object) -> Order:
    return Order(
        "vae-fc", "builtin:dinosaurs", "t", {"device": "cpu", **{k.replace("__", "."): v for k, v in changes.items()}}
    )


def test_parameters_memory_and_disk_are_counted(tmp_path):
    found = estimate(order(image__size=16, latent__dim=2, steps=100, batch_size=10), tmp_path)
    inputs = 16 * 16 * 3
    encoder = (inputs + 1) * 500 + 501 * 500 + 501 * 4
    decoder = 3 * 500 + 501 * 500 + 501 * inputs
    assert found.parameters == encoder + decoder
    assert (found.steps, found.images, found.device) == (100, 1000, "cpu")
    assert found.memory_bytes > 20 * found.parameters
    assert found.disk_bytes > 3 * 4 * found.parameters
    assert found.free_disk_bytes > 0
    assert found.free_memory_bytes > 0
    assert found.basis.startswith("as the recipe was measured on one core of an AMD EPYC")
    assert found.basis.endswith("scaled from 64 px")
    assert found.seconds == pytest.approx(2.53 / 16)


@pytest.mark.parametrize("family", ["vae-fc", "dcgan", "sagan", "cgan", "wgan-gp", "vae-gan", "wae-mmd", "dinosaurs"])
def test_memory_grows_with_the_batch_and_the_picture(family):
    small, large = (size_of(resolve(family, [f"image.size={size}", "device=cpu"])) for size in (32, 64))
    assert 0 < small.picture_bytes < large.picture_bytes < 2**30
    assert large.memory_bytes(64) > large.memory_bytes(32) > large.fixed_bytes
    assert family in {recipe.name for recipe in list_recipes()}


def test_earlier_runs_on_this_machine_tell_the_time(tmp_path):
    run = RunWriter.create(tmp_path / "before", resolve("vae-fc", ["image.size=16", "device=cpu"]))
    run.write_environment({"device": "cpu (x86)", "host": run.status.host})
    run.add_metrics({"step": 10, "images_seen": 1000, "time": 2.0, "images_per_second": 999.0})
    run.update(state="finished")
    found = estimate(order(image__size=32, steps=10), tmp_path)
    assert found.basis == "as fast as 'before' was on this machine, scaled from 16 px: 125 pictures a second"
    assert found.seconds == pytest.approx(10 * 100 / 125)


def test_what_is_not_there_is_warned_of(tmp_path, monkeypatch):
    memory = SimpleNamespace(available=1 << 30, total=2 << 30)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    monkeypatch.setattr(estimating.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1000))
    found = estimate(Order("dinosaurs", "builtin:dinosaurs", "t", {"device": "cpu", "batch_size": 64}), tmp_path)
    assert found.warnings[0].startswith("It needs about ")
    assert "GB of memory and 1.1 GB are free; a batch_size of " in found.warnings[0]
    assert "and 1 MB are free on the disk; lower checkpoint.keep or make room." in found.warnings[1]
    assert 1 <= fitting_batch_size(resolve("dinosaurs", ["batch_size=64", "device=cpu"])) <= 32
    long = estimate(order(steps=50_000_000), tmp_path)
    assert any("days; fewer steps" in warning for warning in long.warnings)


def test_an_order_that_cannot_be_carried_out_has_no_estimate(tmp_path):
    with pytest.raises(KeeperError, match="the data '/nowhere/else' is not there"):
        estimate(Order("vae-fc", "/nowhere/else", "t"), tmp_path)


def never() -> bool:
    return False


def fill(folder, count: int, *, alike: bool = False, side: int = 24) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        noise = np.random.default_rng(0 if alike else number).integers(0, 256, (side, side, 3), np.uint8)
        Image.fromarray(noise).save(folder / f"{number}.png")


def test_a_folder_is_counted_and_sampled(tmp_path):
    for name, count in (("rex", 120), ("stego", 119), ("lonely", 1)):
        fill(tmp_path / name, count)
    fill(tmp_path / "stego" / "small", 1, side=8)
    (tmp_path / "rex" / "notes.txt").write_text("no picture")
    (tmp_path / ".hidden").write_text("x")
    report = inspect_data(str(tmp_path), never)
    assert (report.count, report.classes, report.problems) == (242, ("lonely", "rex", "stego"), ())
    assert report.examples.shape == (16, 64, 64, 3)
    assert (
        "The class 'lonely' has a single picture, which a model can only learn by heart; add more or remove it."
        in report.warnings
    )


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda folder: folder.mkdir(), "There are no files in {0}; choose a folder that holds pictures."),
        (lambda folder: fill(folder, 1), "There is only one picture; a model needs at least two, and a few hundred to"
                                         " be any good."),
        (lambda folder: fill(folder, 5, alike=True), "All 5 pictures are the same; there is nothing to learn from"
                                                     " them."),
        (lambda _folder: None, "There is nothing at '{0}'; give a folder of pictures, an .npz file, or the built-in."),
        (lambda folder: folder.write_text("x"), "{1} is a file; give a folder of pictures, an .npz file or"
                                                " builtin:dinosaurs."),
    ],
)  # fmt: skip
def test_data_that_cannot_be_used_say_why(tmp_path, make, problem):
    folder = tmp_path / "pictures"
    make(folder)
    assert inspect_data(str(folder), never).problems == (problem.format(folder, folder.name),)


def test_unreadable_and_tiny_files_are_warned_of(tmp_path):
    fill(tmp_path, 210)
    for number in range(40):
        (tmp_path / f"bad{number}.jpg").write_bytes(b"\xff\xd8 nothing")
    report = inspect_data(str(tmp_path), never)
    assert report.problems == ()
    assert any("of 250 files cannot be read and will be left out. The first: bad" in text for text in report.warnings)
    tiny = tmp_path / "tiny"
    fill(tiny, 3, side=8)
    report = inspect_data(str(tiny), never)
    assert report.warnings[0].startswith("There are only 3 pictures; expect them to be learnt by heart.")
    assert report.warnings[1] == (
        "3 of 3 pictures looked at are smaller than 16 pixels and will be blurred up. The first: 0.png."
    )
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "a.txt").write_text("x")
    text = inspect_data(str(tmp_path / "only"), never).problems[0]
    assert text.endswith("The first: a.txt is not a picture in a known format.")


def test_built_in_data_and_archives_are_looked_at(tmp_path):
    report = inspect_data("builtin:dinosaurs", never)
    assert (report.count, len(report.classes), report.examples.shape) == (12_000, 16, (16, 64, 64, 3))
    assert inspect_data("builtin:dragons", never).problems == (
        "There is no built-in data 'builtin:dragons'; did you mean 'builtin:dinosaurs'?",
    )
    digits = np.random.default_rng(0).integers(0, 256, (300, 8, 8), np.uint8)
    np.savez(tmp_path / "digits.npz", x_train=digits, y_train=np.arange(300) % 10)
    report = inspect_data(str(tmp_path / "digits.npz"), never)
    assert (report.count, report.classes) == (300, tuple("0123456789"))
    np.savez(tmp_path / "odd.npz", pictures=digits)
    assert "holds no array x_train" in inspect_data(str(tmp_path / "odd.npz"), never).problems[0]


def test_an_inspection_is_left_off_when_nobody_wants_it(tmp_path):
    fill(tmp_path, 3)
    with pytest.raises(Unwanted, match=r"the inspection of .* was called off"):
        inspect_data(str(tmp_path), lambda: True)


class FakeNvml:
    NVMLError = RuntimeError

    def nvmlInit(self) -> None: ...  # noqa: N802  NVML's own names
    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> SimpleNamespace:  # noqa: N802, ARG002
        return SimpleNamespace(used=3 << 30, total=8 << 30)

    def nvmlDeviceGetName(self, handle: int) -> bytes:  # noqa: N802, ARG002
        return b"A fine GPU"

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> SimpleNamespace:  # noqa: N802, ARG002
        raise RuntimeError("not supported")


def test_the_gpu_is_asked_through_nvml_where_it_is_there(monkeypatch):
    monkeypatch.setattr(hardware, "_nvml", {})
    monkeypatch.setitem(sys.modules, "pynvml", FakeNvml())
    found = measure()
    assert (found.gpu_name, found.gpu_memory_used, found.gpu_memory_total) == ("A fine GPU", 3 << 30, 8 << 30)
    assert math.isnan(found.gpu)
    assert gpu_memory("cuda:0") == (5 << 30, 8 << 30)
    monkeypatch.setattr(hardware, "_nvml", {})
    monkeypatch.setitem(sys.modules, "pynvml", None)
    found = measure()
    assert (found.gpu_name, gpu_memory("cuda")) == ("", (0, 0))
    assert 0 < found.memory_used < found.memory_total
    assert 0 <= found.processor <= 1
