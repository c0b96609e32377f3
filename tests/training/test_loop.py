import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from training.checkpoint import read_header, read_tensors
from training.config import RunConfig, to_toml
from training.errors import TrainingError
from training.loop import fit
from training.models import rebuild
from training.phases import rate_at
from training.run import RunWriter, latest_course, read_metrics, read_run, send

ROOT = Path(__file__).parents[2]
Start = Callable[..., RunWriter]


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    return read_tensors(folder / "checkpoints" / "last.safetensors")


def test_a_run_leaves_everything_the_contract_names(start: Start, silent: type) -> None:
    run = start("steps=6", "checkpoint.every=4", "samples.every=3", "evaluate.every=3")
    assert fit(run, silent()) == ("finished", False)
    found = read_run(run.folder)
    assert found.state == "finished"
    assert (found.status.step, found.status.images_seen) == (6, 48)
    assert [path.name for path in found.samples] == ["step-000003.png", "step-000006.png"]
    assert [path.stem for path in found.checkpoints] == ["step-000003", "step-000004", "step-000006"]
    assert found.best_checkpoint is not None
    assert found.environment["versions"]["torch"] == torch.__version__
    assert len(found.environment["dataset_fingerprint"]) == 64
    records, _ = read_metrics(run.folder)
    assert [r["step"] for r in records if "loss/reconstruction" in r] == [1, 2, 3, 4, 5, 6]
    assert {"time", "loss/kl", "images_per_second", "seconds_left", "lr"} <= records[0].keys()
    assert "held_out/total" in records[-1]
    with Image.open(found.samples[-1]) as sheet:
        assert sheet.size == (8 * 18 + 2, (4 + 4) * 18 + 2)


def test_the_checkpoint_describes_itself(start: Start, silent: type) -> None:
    run = start("steps=3", "objective.edge_weight=0.1", "data.licence=CC0", "data.credit=a friend")
    fit(run, silent())
    path = run.checkpoint_file("last")
    header, tensors = read_header(path), read_tensors(path)
    assert header.family == "vae"
    assert header.classes == ("dark", "light")
    assert header.latent == {"dim": 3, "prior": "normal", "names": ["z0", "z1", "z2"], "spaces": ["z"]}
    assert header.training["step"] == 3
    assert header.training["dataset"]["source"] == "folder"  # a path of this machine is nobody else's business
    assert (header.training["dataset"]["licence"], header.training["dataset"]["credit"]) == ("CC0", "a friend")
    assert str(run.folder.parent) not in path.read_bytes().decode("latin-1")
    model = rebuild(header, tensors)
    assert model.decoder(torch.zeros(2, 3)).shape == (2, 3, 16, 16)
    assert tensors["latent.mean"].shape == tensors["latent.std"].shape == tensors["latent.importance"].shape == (3,)
    assert tensors["latent.components"].shape == (3, 3)
    assert tensors["latent.explained"].sum() == pytest.approx(1)
    assert (tensors["latent.importance"] >= 0).all()
    assert tensors["latent.mixture.weights"].sum() == pytest.approx(1)


def test_a_tiny_vae_learns_to_reconstruct(start: Start, silent: type, pictures: Path) -> None:
    run = start("steps=60", "batch_size=16", "model.width=8", "latent.dim=8", "ema.decay=0.9",
                "optimizer.lr=0.005", "objective.beta=0.001", "data.held_out=0")  # fmt: skip
    fit(run, silent())
    records, _ = read_metrics(run.folder)
    assert records[-1]["loss/reconstruction"] < 0.3 * records[0]["loss/reconstruction"]
    from training.data.images import open_images

    images = torch.from_numpy(open_images(pictures, size=16).images).permute(0, 3, 1, 2) / 127.5 - 1
    model = rebuild(read_header(run.checkpoint_file("last")), _weights(run.folder))
    error = (model(images) - images).square().mean()
    assert error < 0.5 * (images - images.mean(0)).square().mean()


@pytest.mark.parametrize("stop_at", [1, 5, 7])
def test_a_stopped_run_goes_on_as_if_it_never_stopped(start: Start, silent: type, stop_at: int) -> None:
    settings = ("steps=8", "batch_size=13", "data.flip=true")
    straight, halting = start(*settings, name="straight"), start(*settings, name="halting")
    fit(straight, silent())

    def stop(step: int) -> None:
        if step == stop_at:
            send(halting.folder, "stop")

    assert fit(halting, silent(stop)) == ("stopped", False)
    assert read_run(halting.folder).status.step == stop_at
    assert (halting.folder / "checkpoints" / f"step-{stop_at:06d}.safetensors").is_file()
    assert fit(RunWriter.reopen(halting.folder), silent()) == ("finished", False)
    ours, theirs = _weights(halting.folder), _weights(straight.folder)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_the_fully_connected_family_trains_too(start: Start, silent: type) -> None:
    run = start("steps=30", "model.hidden=[32, 16]", "optimizer.lr=0.01", recipe="vae-fc")
    assert fit(run, silent())[0] == "finished"
    records = [record for record in read_metrics(run.folder)[0] if "loss/total" in record]
    assert records[-1]["loss/total"] < records[0]["loss/total"]
    assert read_header(run.checkpoint_file("last")).family == "vae-fc"


def test_a_finished_run_can_be_extended(start: Start, silent: type) -> None:
    run = start("steps=2")
    fit(run, silent())
    fit(RunWriter.reopen(run.folder, steps=4), silent())
    assert read_run(run.folder).status.step == 4
    assert read_run(run.folder).config.steps == 4


def test_pause_keeps_the_run_until_it_is_resumed(start: Start, silent: type, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start("steps=4")
    states = []

    def look(_seconds: float) -> None:
        if read_run(run.folder).state == "paused":  # other sleepers share the function
            states.append("paused")
            send(run.folder, "resume")

    monkeypatch.setattr("training.steering.time.sleep", look)
    fit(run, silent(lambda step: step == 2 and send(run.folder, "pause")))
    assert states == ["paused"]
    assert read_run(run.folder).state == "finished"


def test_a_sheet_and_a_checkpoint_come_when_asked_for(start: Start, silent: type) -> None:
    run = start("steps=4")

    def ask(step: int) -> None:
        if step <= 2:
            send(run.folder, "sample" if step == 1 else "save")

    fit(run, silent(ask))
    assert run.sample_file(2).is_file()
    assert run.checkpoint_file(3).is_file()


def test_stop_while_the_pictures_are_read(start: Start, silent: type) -> None:
    run = start("steps=4")
    send(run.folder, "stop")
    assert fit(run, silent()) == ("stopped", False)
    assert read_run(run.folder).status.message == "stopped before the first step"
    assert fit(RunWriter.reopen(run.folder), silent())[0] == "finished"


def _diverging(at: set[int], times: int) -> Callable[[int, RunConfig], float]:
    """A learning rate that is infinite at these steps, the first `times` times."""
    left = dict.fromkeys(at, times)

    def rate(step: int, _config: RunConfig) -> float:
        left[step] = left.get(step, 0) - 1
        return float("inf") if left[step] >= 0 else 1.0

    return rate


@pytest.mark.parametrize(("saved_every", "back_to"), [(3, 3), (1000, 0)])
def test_divergence_goes_back_once_with_half_the_learning_rate(
    start: Start, silent: type, monkeypatch: pytest.MonkeyPatch, saved_every: int, back_to: int
) -> None:
    run, reporter = start("steps=8", f"checkpoint.every={saved_every}"), silent()
    monkeypatch.setattr("training.session.rate_at", _diverging({4}, times=2))  # `lr` in the record asks once more
    assert fit(run, reporter)[0] == "finished"
    said = f"training diverged by step 6: loss/total is nan; went back from step 6 to step {back_to} with half the"
    assert [line for line in reporter.lines if said in line], reporter.lines
    records, _ = read_metrics(run.folder)
    course = [record for record in latest_course(records) if "loss/total" in record]
    assert [record["step"] for record in course] == list(range(1, 9))
    assert [record.get("rate_scale", 1) for record in course] == [1] * back_to + [0.5] * (8 - back_to)
    assert all(bool(torch.isfinite(tensor).all()) for tensor in _weights(run.folder).values())


def test_divergence_twice_fails_the_run_and_keeps_the_last_good_checkpoint(
    start: Start, silent: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start("steps=6", "checkpoint.every=3")
    monkeypatch.setattr("training.session.rate_at", lambda step, _config: 1.0 if step < 3 else float("inf"))
    with pytest.raises(TrainingError) as caught:
        fit(run, silent())
    assert str(caught.value) == (
        "training diverged again, after it had gone back once, by step 5: loss/total is nan; the last checkpoint is"
        " kept. Try a smaller optimizer.lr than 0.0005 or optimizer.clip=1"
    )
    found = read_run(run.folder)
    assert (found.state, found.status.message) == ("failed", str(caught.value))
    assert found.last_checkpoint is not None
    assert read_header(found.last_checkpoint).training["step"] == 3
    monkeypatch.undo()
    assert fit(RunWriter.reopen(run.folder), silent())[0] == "finished"


def test_weights_that_are_no_numbers_are_never_saved(
    start: Start, silent: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start("steps=6", "checkpoint.every=2")
    monkeypatch.setattr("training.session.rate_at", lambda step, _config: 1.0 if step < 3 else float("inf"))
    with pytest.raises(TrainingError, match=r"training diverged .*by step 4: the weight .* is not a number"):
        fit(run, silent())
    assert read_header(run.checkpoint_file("last")).training["step"] == 2


def test_other_pictures_are_not_resumed_on(start: Start, silent: type, pictures: Path) -> None:
    run = start("steps=2")
    fit(run, silent())
    Image.new("RGB", (24, 24)).save(pictures / "dark" / "00.png")
    with pytest.raises(TrainingError, match="are not those this run began with; put them back"):
        fit(RunWriter.reopen(run.folder, steps=4), silent())


def test_a_damaged_state_is_explained(start: Start, silent: type) -> None:
    run = start("steps=2")
    fit(run, silent())
    run.state_file.write_bytes(b"broken")
    with pytest.raises(TrainingError, match=r"cannot resume from .*state\.pt: it is damaged or of another model"):
        fit(RunWriter.reopen(run.folder, steps=4), silent())


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("device=cuda:63", "device = 'cuda:63': there is .* here; use device=auto or device=cpu"),
        ("precision=fp16", "precision = 'fp16': a CPU cannot train in it"),
        ("objective.perceptual_weight=1", "objective.perceptual_weight needs objective.perceptual_weights"),
    ],
)
def test_what_this_machine_cannot_do_is_refused(start: Start, silent: type, setting: str, sentence: str) -> None:
    run = start("steps=2", setting)
    with pytest.raises(TrainingError, match=sentence):
        fit(run, silent())
    assert read_run(run.folder).state == "failed"


def test_a_full_disk_fails_the_run_with_a_way_out(start: Start, silent: type, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start("steps=2")

    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("training.session.write_checkpoint", full)
    with pytest.raises(TrainingError, match=r"cannot write into .*: No space left on device; make room, then"):
        fit(run, silent())
    assert read_run(run.folder).state == "failed"


def test_the_learning_rate_rises_then_falls(tiny_config: Callable[..., RunConfig]) -> None:
    config = tiny_config("steps=100", "optimizer.warm_up=10")
    rates = [rate_at(step, config) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9] == rates[10] == 1.0
    assert rates[-1] == pytest.approx(0.01, abs=0.001)
    assert rate_at(50, tiny_config("steps=100", "optimizer.schedule=constant")) == 1.0
    linear = tiny_config("steps=100", "optimizer.schedule=linear", "optimizer.warm_up=0")
    assert [rate_at(step, linear) for step in (0, 50, 100)] == pytest.approx([1.0, 0.505, 0.01])


def _child(folder: Path, config: RunConfig) -> subprocess.Popen[str]:
    """`dinotrain fit` in a process of its own, as the window starts it."""
    (folder.parent / "child.toml").write_text(to_toml(config))
    command = [sys.executable, "-m", "training", "fit", str(folder.parent / "child.toml"), "--out", str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def _wait_for(child: subprocess.Popen[str], text: str) -> None:
    assert child.stderr is not None
    for line in child.stderr:
        if text in line:
            return
    pytest.fail(f"the process ended without saying {text!r}")


def test_a_killed_run_resumes_from_its_last_state(
    tmp_path: Path, tiny_config: Callable[..., RunConfig], silent: type
) -> None:
    config = tiny_config("steps=100000", "evaluate.every=40", "checkpoint.every=10", "data.held_out=0.4")
    with _child(tmp_path / "run", config) as child:
        _wait_for(child, "step 40: held_out")
        child.kill()
    found = read_run(tmp_path / "run")
    assert found.state == "interrupted"
    saved = torch.load(tmp_path / "run" / "checkpoints" / "state.pt", weights_only=True)["step"]
    reporter = silent()
    assert fit(RunWriter.reopen(tmp_path / "run", steps=saved + 3), reporter)[0] == "finished"
    assert f"resuming at step {saved}" in reporter.lines
    assert read_run(tmp_path / "run").status.step == saved + 3


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), ("stop", 0)])
def test_stopping_a_process_keeps_a_checkpoint(
    tmp_path: Path, tiny_config: Callable[..., RunConfig], how: signal.Signals | str, code: int
) -> None:
    with _child(tmp_path / "run", tiny_config("steps=100000", "evaluate.every=20")) as child:
        _wait_for(child, "step 20: held_out")
        if isinstance(how, signal.Signals):
            child.send_signal(how)
        else:
            send(tmp_path / "run", "stop")
        child.communicate(timeout=60)
    found = read_run(tmp_path / "run")
    assert child.returncode == code
    assert found.state == "stopped"
    assert found.last_checkpoint is not None
    assert read_header(found.last_checkpoint).training["step"] == found.status.step >= 20
