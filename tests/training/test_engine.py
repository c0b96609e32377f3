"""What the loop owes to every family: phases, accumulation, memory, early end, bit-equal resume."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training.checkpoint import read_header, read_tensors
from training.config import ConfigError, RunConfig, to_toml
from training.errors import TrainingError
from training.loop import fit
from training.models import families
from training.run import RunWriter, read_metrics, read_run, send
from training.session import Session

ROOT = Path(__file__).parents[2]
Start = Callable[..., RunWriter]
FAMILIES = sorted(families())


def _state(run: RunWriter) -> dict:
    return torch.load(run.state_file, weights_only=True)


def _flat(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{name}.{index}")
    else:
        yield name, value


def _assert_same_training(one: RunWriter, other: RunWriter) -> None:
    """Weights, averages, optimisers, buffers, objectives: all equal to the bit."""
    ours, theirs = dict(_flat(_state(one))), dict(_flat(_state(other)))
    assert ours.keys() == theirs.keys()
    for name, value in theirs.items():
        if isinstance(value, torch.Tensor):
            assert torch.equal(ours[name], value), name
        elif name != ".seconds":
            assert ours[name] == value, name


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_resumes_to_the_bit(start: Start, silent: type, family: str) -> None:
    settings = ("steps=4", "batch_size=6", "data.flip=true", "evaluate.every=2")
    straight = start(*settings, name="straight", recipe=family)
    fit(straight, silent())
    halting = start(*settings, name="halting", recipe=family)
    assert fit(halting, silent(lambda step: step == 2 and send(halting.folder, "stop")))[0] == "stopped"
    assert fit(RunWriter.reopen(halting.folder), silent())[0] == "finished"
    _assert_same_training(halting, straight)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_logs_its_losses_and_gradients(start: Start, silent: type, family: str) -> None:
    run = start("steps=2", "evaluate.every=2", recipe=family)
    fit(run, silent())
    records, _ = read_metrics(run.folder)
    seen = set().union(*records)
    assert {"images_seen", "images_per_second", "seconds_left", "memory/process", "held_out/total"} <= seen
    if "encoder" in families()[family].kept:
        assert any(name.startswith("loss/reconstruction") for name in seen)
    if len(_state(run)["optimizers"]) > 1:
        assert {"loss/discriminator", "loss/generator", "gradient/discriminator", "gradient/generator"} <= seen | {
            name.replace("autoencoder", "generator") for name in seen
        }
        assert {"accuracy/real", "accuracy/fake"} <= seen
    header, tensors = read_header(run.checkpoint_file("last")), read_tensors(run.checkpoint_file("last"))
    assert len(header.latent["names"]) == header.latent["dim"] == len(tensors["latent.mean"])
    assert not [name for name in tensors if name.startswith("discriminator")]


def test_a_killed_process_ends_with_the_weights_of_one_that_was_not(
    tmp_path: Path, start: Start, tiny_config: Callable[..., RunConfig], silent: type
) -> None:
    family = "dcgan" if "dcgan" in FAMILIES else "vae"
    config = tiny_config("steps=60", "checkpoint.every=7", "evaluate.every=25", recipe=family)
    straight = RunWriter.create(tmp_path / "straight", config)
    fit(straight, silent())
    killed, moments = tmp_path / "killed", random.Random(5)
    (tmp_path / "config.toml").write_text(to_toml(config))
    command = ["fit", str(tmp_path / "config.toml"), "--out", str(killed)]
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-m", "training", *command], cwd=ROOT, stderr=subprocess.PIPE) as child:
            assert child.stderr is not None
            records = killed / "metrics.jsonl"
            wanted = moments.randrange(2, 20) + (len(records.read_bytes().splitlines()) if records.is_file() else 0)
            for _line in child.stderr:  # a line comes now and then; the records tell how far it is
                if records.is_file() and len(records.read_bytes().splitlines()) >= wanted:
                    break
            child.kill()
        command = ["resume", str(killed)]
    assert read_run(killed).state in {"interrupted", "finished"}
    again = RunWriter.reopen(killed)
    fit(again, silent())
    _assert_same_training(again, straight)


@pytest.fixture
def no_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Posteriors without spread: noise depends on how a batch is divided."""
    monkeypatch.setattr(torch, "randn_like", torch.zeros_like)


def _session(config: RunConfig, pictures: Path) -> Session:
    from training.data.images import open_images

    return Session(config, open_images(pictures, size=config.image.size))


def _trained(session: Session, steps: int) -> dict[str, torch.Tensor]:
    for _ in range(steps):
        session.train_step()
    session.close()
    return {name: tensor.clone() for name, tensor in session.model.state_dict().items()}


def test_accumulated_batches_make_the_step_of_one_large_batch(
    tiny_config: Callable[..., RunConfig], pictures: Path, no_noise: None
) -> None:
    same = ("data.flip=true", "precision=fp32")  # in bf16 the order of sums shows
    large = _session(tiny_config(*same, "batch_size=12", recipe="vae-fc"), pictures)
    small = _session(tiny_config(*same, "batch_size=3", "accumulate=4", recipe="vae-fc"), pictures)
    ours, theirs = _trained(small, 4), _trained(large, 4)
    assert small.images_seen == large.images_seen == 48
    for name, tensor in theirs.items():
        # Adam divides by the gradient's size, so rounding shows in full where a gradient is almost zero: in few places.
        assert (ours[name] - tensor).abs().mean() < 2e-6, name


def test_only_the_recorded_steps_measure_gradients_and_clipping_holds(
    tiny_config: Callable[..., RunConfig], pictures: Path
) -> None:
    session = _session(tiny_config("optimizer.clip=0.001"), pictures)
    assert session.train_step()["gradient/autoencoder" if len(session.phases) == 1 else ""] > 0.001
    session.close()
    session = _session(tiny_config(), pictures)
    assert not [name for name in session.train_step() if name.startswith("gradient/")]
    assert [name for name in session.train_step(measured=True) if name.startswith("gradient/")]
    session.close()


class _SmallDevice:
    """An objective on a device that holds only so many pictures."""

    def __init__(self, inner: object, most: int) -> None:
        self._inner, self._most = inner, most
        self.sizes: list[int] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def loss(self, phase: str, model: torch.nn.Module, batch: object, moment: object) -> object:
        self.sizes.append(len(batch.images))
        if len(batch.images) > self._most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
        return self._inner.loss(phase, model, batch, moment)


@pytest.fixture
def small_device(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[_SmallDevice]]:
    def install(most: int) -> list[_SmallDevice]:
        made: list[_SmallDevice] = []
        begin = Session.begin

        def begin_on_it(session: Session) -> None:
            begin(session)
            session.objective = _SmallDevice(session.objective, most)
            made.append(session.objective)

        monkeypatch.setattr(Session, "begin", begin_on_it)
        return made

    return install


def test_out_of_memory_halves_the_batch_and_goes_on_from_memory(
    start: Start, silent: type, small_device: Callable[[int], list[_SmallDevice]]
) -> None:
    objectives = small_device(4)
    run, reporter = start("steps=3", "batch_size=14"), silent()
    assert fit(run, reporter)[0] == "finished"
    assert objectives[0].sizes == [14, 7, 4, 4, 3, 3] + [4, 4, 3, 3] * 2
    assert read_run(run.folder).status.images_seen == 42
    sentence = (
        "out of memory at step 0 (CUDA out of memory. Tried to allocate 20.00 GiB); from here 4 pictures at a time and"
        " 4 times a step (batch_size=4, accumulate=4)"
    )
    assert sentence in reporter.lines
    records = [record for record in read_metrics(run.folder)[0] if "loss/total" in record]
    assert [(record["batch_size"], record["accumulate"]) for record in records] == [(4, 4)] * 3
    assert fit(RunWriter.reopen(run.folder, steps=4), silent())[0] == "finished"
    assert objectives[1].sizes == [4, 4, 3, 3]  # a resumed run remembers


def test_out_of_memory_with_a_single_picture_is_the_end(
    start: Start, silent: type, small_device: Callable[[int], list[_SmallDevice]]
) -> None:
    small_device(0)
    run = start("steps=3", "batch_size=2")
    with pytest.raises(TrainingError, match="the device is out of memory even with one picture at a time"):
        fit(run, silent())
    assert read_run(run.folder).state == "failed"


def test_a_plateau_ends_the_run_early_and_says_so(start: Start, silent: type, monkeypatch: pytest.MonkeyPatch) -> None:
    totals = itertools.chain([5.0, 4.0, 4.5, 4.0], itertools.repeat(3.0))
    monkeypatch.setattr(Session, "evaluate", lambda _self, _tick: {"held_out/total": next(totals)})
    run = start("steps=100", "evaluate.every=2", "evaluate.patience=2")
    assert fit(run, silent())[0] == "finished"
    found = read_run(run.folder)
    assert (found.state, found.status.step) == ("finished", 8)
    assert found.status.message == (
        "ended early at step 8: 2 evaluations in a row were no better than held_out/total 4 (evaluate.patience=2)"
    )
    assert read_header(found.best_checkpoint).training["step"] == 4
    assert fit(RunWriter.reopen(run.folder, steps=10), silent())[0] == "finished"
    assert read_run(run.folder).status.step == 10


def _one_folder(tmp_path: Path, colours: list[str], size: int = 20) -> str:
    folder = tmp_path / "few"
    folder.mkdir()
    for index, colour in enumerate(colours):
        Image.new("RGB", (size, size), colour).save(folder / f"{index}.png")
    return f"data.source={json.dumps(str(folder))}"


@pytest.mark.parametrize(
    ("colours", "size", "sentence"),
    [
        ([], 20, "there are no files in .*few; give a folder with pictures"),
        (["red"], 20, "there is only one picture in .*few; a model needs at least two, and a few hundred"),
        (["red"] * 5, 20, "all 5 pictures in .*few are the same; there is nothing to learn from them"),
        (
            ["red", "blue"], 1,
            r"none of the 2 files in .*few is a readable picture \(first: 0.png: 0.png is only 1 x 1 pixels;",
        ),
    ],
)  # fmt: skip
def test_pictures_that_teach_nothing_are_refused(
    tmp_path: Path, start: Start, silent: type, colours: list[str], *, size: int, sentence: str
) -> None:
    run = start("steps=2", _one_folder(tmp_path, colours, size))
    with pytest.raises(TrainingError, match=sentence):
        fit(run, silent())
    assert read_run(run.folder).state == "failed"
    for index in range(4):
        shade = (60 * index, 10, 200)
        Image.new("RGB", (20, 20), shade).save(tmp_path / "few" / f"better{index}.png")
    assert fit(RunWriter.reopen(run.folder), silent())[0] == "finished"  # the folder is still good


def test_a_class_with_one_picture_is_warned_about(start: Start, silent: type, pictures: Path) -> None:
    (pictures / "lonely").mkdir()
    (pictures / "dark" / "00.png").rename(pictures / "lonely" / "00.png")
    reporter = silent()
    fit(start("steps=1"), reporter)
    assert [line for line in reporter.lines if line.startswith("warning")] == [
        "warning: the class 'lonely' has a single picture; a model can only learn that picture by heart"
    ]


def test_another_model_is_not_resumed_into(start: Start, silent: type) -> None:
    run = start("steps=2")
    fit(run, silent())
    path = run.folder / "config.toml"
    path.write_text(path.read_text().replace("width = 4", "width = 8"))
    with pytest.raises(TrainingError, match=r"begun with model\.width = 4, but its config\.toml now says 8, which is"):
        fit(RunWriter.reopen(run.folder, steps=4), silent())
    assert read_run(run.folder).last_checkpoint is not None


@pytest.mark.parametrize("when", ["state.pt", "best.safetensors", "metrics.jsonl", "step-000004.png"])
def test_a_disk_that_fills_up_leaves_a_run_that_resumes(
    start: Start, silent: type, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    run = start("steps=6", "checkpoint.every=2", "samples.every=4", "evaluate.every=2")
    full = {"is": False}
    opened = Path.open

    def on_a_full_disk(path: Path, mode: str = "r", *arguments: object, **named: object) -> object:
        if full["is"] and when in path.name and mode in {"xb", "ab"}:
            raise OSError(28, "No space left on device", str(path))
        return opened(path, mode, *arguments, **named)

    monkeypatch.setattr(Path, "open", on_a_full_disk)

    def fill(step: int) -> None:
        full["is"] = step >= (1 if when.startswith("best") else 3)

    with pytest.raises(
        TrainingError, match=r"cannot write into .*: No space left on device; make room, then 'dinotrain"
    ):
        fit(run, silent(fill))
    assert read_run(run.folder).state == "failed"
    full["is"] = False
    assert not list(run.folder.rglob("*.tmp"))
    assert fit(RunWriter.reopen(run.folder), silent())[0] == "finished"
    straight = start("steps=6", "checkpoint.every=2", "samples.every=4", "evaluate.every=2", name="straight")
    fit(straight, silent())
    _assert_same_training(run, straight)


def test_tensorboard_names_the_extra_that_is_missing(
    start: Start, silent: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(
        ConfigError, match=r"log\.tensorboard needs the package tensorboard: pip install 'dinoexplorer\["
    ):
        fit(start("steps=1", "log.tensorboard=true"), silent())


def test_tensorboard_gets_every_number(start: Start, silent: type, monkeypatch: pytest.MonkeyPatch) -> None:
    scalars: list[tuple[str, float, int]] = []

    class SummaryWriter:
        def __init__(self, folder: str) -> None:
            scalars.append((Path(folder).name, 0.0, 0))

        def add_scalar(self, name: str, value: float, step: int) -> None:
            scalars.append((name, value, step))

        def close(self) -> None:
            scalars.append(("closed", 0.0, 0))

    module = type(sys)("torch.utils.tensorboard")
    module.SummaryWriter = SummaryWriter
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    fit(start("steps=2", "log.tensorboard=true"), silent())
    assert scalars[0][0] == "tensorboard"
    assert scalars[-1][0] == "closed"
    assert [(name, step) for name, _, step in scalars if name == "loss/total"] == [("loss/total", 1), ("loss/total", 2)]


def test_tensorboard_reads_the_events(start: Start, silent: type) -> None:
    reading = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator", reason="not installed")
    run = start("steps=2", "log.tensorboard=true")
    fit(run, silent())
    events = reading.EventAccumulator(str(run.folder / "tensorboard"))
    events.Reload()
    records = [record for record in read_metrics(run.folder)[0] if "loss/total" in record]
    recorded = [(record["step"], record["loss/total"]) for record in records]
    assert [(event.step, pytest.approx(event.value)) for event in events.Scalars("loss/total")] == recorded


def test_batches_go_on_in_the_same_order_whatever_the_prefetch(
    tiny_config: Callable[..., RunConfig], pictures: Path
) -> None:
    batches = _session(tiny_config("data.flip=true"), pictures).batches
    plain = [batches.at(place, 8).images for place in range(0, 80, 8)]
    ahead = [batches.at(place, 8, ahead=place + 8).images for place in range(0, 80, 8)]
    batches.close()
    assert all(torch.equal(one, other) for one, other in zip(plain, ahead, strict=True))
    halves = torch.cat([batches.at(32, 4).images, batches.at(36, 4).images])
    assert torch.equal(halves, plain[4])  # two processes see what one would
    assert np.isclose(float(plain[0].max()), 1.0, atol=1.0)
