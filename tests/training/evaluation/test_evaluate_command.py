"""`dinotrain evaluate`, and metrics while a run is trained."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from training.checkpoint import read_header
from training.cli import main
from training.config import ConfigError, RunConfig
from training.errors import TrainingError
from training.listing import described_run
from training.loop import fit
from training.run import RunWriter, read_metrics, read_run

Start = Callable[..., RunWriter]
FEW = "recon,memorisation,kid"


@pytest.fixture
def run(start: Start, silent: type) -> Path:
    made = start("steps=4")
    fit(made, silent())
    return made.folder


def report(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["evaluate", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_run_is_evaluated_on_the_pictures_that_it_held_out(
    run: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = report(capsys, run, "--data", pictures, "--metrics", FEW, "--samples", 30)
    assert made["subject"]["name"] == str(run / "checkpoints" / "best.safetensors")
    assert (made["subject"]["family"], made["subject"]["step"]) == ("vae", 4)
    assert made["data"]["as_trained"] is True
    assert made["settings"] == {"samples": 30, "seed": 0, "held_out": 0.2}
    assert made["data"]["training"] + made["data"]["held_out"] == 40
    assert made["figures"]["mse"]["count"] == made["data"]["held_out"]
    held = read_header(run / "checkpoints" / "best.safetensors").training["metrics"]["held_out/psnr"]
    assert made["figures"]["psnr"]["value"] == pytest.approx(held, abs=1.0)
    assert made["figures"]["kernel[encoder]"]["count"] == 30
    assert made["missed"] == {}
    assert report(capsys, run, "--data", pictures, "--metrics", FEW, "--samples", 30) == made


def test_a_checkpoint_alone_knows_how_its_pictures_were_split(
    run: Path, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = tmp_path / "alone.safetensors"
    alone.write_bytes((run / "checkpoints" / "last.safetensors").read_bytes())
    made = report(capsys, alone, "--data", pictures, "--metrics", "recon", "--samples", 10)
    assert made["settings"]["held_out"] == 0.2
    more = report(capsys, alone, "--data", pictures, "--metrics", "recon", "--samples", 30, "--held-out", 0.5)
    assert more["figures"]["mse"]["count"] > made["figures"]["mse"]["count"]


def test_a_page_and_a_table_are_written(
    run: Path, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "new" / "report.html"
    assert main(["evaluate", str(run), "--data", str(pictures), "--samples", "30", "--out", str(page)]) == 0
    said = capsys.readouterr().out
    assert said.endswith(f"the whole report: {page}\n")
    assert "Whether it returns training pictures cannot be told from 5 held-out pictures" in said
    assert "lpips: needs the weights of LPIPS (6 kB): curl -L" in said
    assert "data:image/png;base64," in page.read_text("utf-8")
    rows = list(csv.DictReader(page.with_suffix(".csv").read_text("utf-8").splitlines()))
    assert {"psnr", "elbo", "iwae[50]", "frechet[encoder]", "smoothness"} <= {row["figure"] for row in rows}


def test_several_models_are_evaluated_and_compared(
    run: Path, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.safetensors"
    other.write_bytes((run / "checkpoints" / "last.safetensors").read_bytes())
    arguments = [str(run), str(other), "--data", str(pictures), "--metrics", "recon", "--samples", "10"]
    page = tmp_path / "page.html"
    capsys.readouterr()
    assert main(["evaluate", *arguments, "--out", str(page)]) == 0
    said = capsys.readouterr().out
    assert "   run best" in said
    assert "   other " in said
    assert said.endswith(f"the whole comparison: {page}\n")
    assert "2 models compared" in page.read_text("utf-8")
    assert main(["evaluate", *arguments, "--json"]) == 0
    assert [entry["label"] for entry in json.loads(capsys.readouterr().out)["entries"]] == ["run best", "other"]


def test_two_processes_find_exactly_the_same(run: Path, pictures: Path, tmp_path: Path) -> None:
    metrics = "recon,elbo,memorisation,fid,kid,prdc,pathlength"
    found = []
    for number in (1, 2):
        own = {"DINOEXPLORER_CACHE": str(tmp_path / f"cache {number}"), "PYTHONHASHSEED": str(number)}
        command = [sys.executable, "-m", "training", "evaluate", str(run), "--data", str(pictures), "--json"]
        done = subprocess.run(
            [*command, "--features", str(tmp_path), "--samples", "30", "--metrics", metrics],
            capture_output=True, check=True, env=os.environ | own, cwd=Path(__file__).parents[3], timeout=300,
        )  # fmt: skip
        found.append(done.stdout)
    assert found[0] == found[1]
    assert b'"memorised[pixels]"' in found[0]


def test_the_discriminator_of_a_gan_is_found_in_its_run(
    start: Start, silent: type, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = (
        "steps=3",
        "image.size=16",
        "model.width=4",
        "model.discriminator_width=4",
        "batch_size=8",
        "device=cpu",
    )
    made = start(*settings, recipe="dcgan")
    fit(made, silent())
    found = report(capsys, made.folder, "--data", pictures, "--metrics", "discriminator,recon", "--samples", 20)
    assert 0 <= found["figures"]["discriminator[real]"]["value"] <= 1
    assert found["missed"] == {"recon": "this model has no encoder"}
    last = made.folder / "checkpoints" / "last.safetensors"
    alone = report(capsys, last, "--data", pictures, "--metrics", "discriminator", "--samples", 20)
    assert alone["missed"].keys() == {"discriminator"}


def test_other_pictures_than_those_of_the_training_are_said_to_be(
    run: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    next(pictures.rglob("*.png")).unlink()
    assert main(["evaluate", str(run), "--data", str(pictures), "--metrics", "recon", "--samples", "10"]) == 0
    assert capsys.readouterr().out.startswith("These are not the pictures that the checkpoint says it was trained on")


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["nowhere"], "nowhere is not there; name the folder of a run or a checkpoint file"),
    (["."], ". is neither a checkpoint file nor the folder of a run"),
    ([".", "--metrics", "fdi"], "unknown metric 'fdi': did you mean 'fid'?"),
    (
        [".", "--out", "report.pdf"],
        "--out report.pdf: the report is a page; name a file that ends in .html, or a folder",
    ),
])  # fmt: skip
def test_what_cannot_be_evaluated_is_refused_in_one_line(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["evaluate", *arguments, "--data", "builtin:dinosaurs"]) == 1
    assert capsys.readouterr().err == f"dinotrain: {sentence}\n"


def test_a_listening_program_gets_progress_and_the_report_with_its_pictures(
    run: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    arguments = [str(run), "--data", str(pictures), "--metrics", "recon", "--samples", "10", "--progress", "json"]
    assert main(["evaluate", *arguments]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"what", "done", "total"} in [line["progress"].keys() for line in lines if "progress" in line]
    assert lines[0] == {"metric": {"name": "recon", "title": "Reconstruction", "number": 1, "count": 1}}
    assert (Path(lines[-2]["kept"]) / "recon-0.png").is_file()
    assert lines[-1]["metrics"]["recon"]["sheets"][0]["title"] == "Reconstructions"


def test_metrics_become_curves_of_a_training_and_decide_what_is_best(start: Start, silent: type) -> None:
    made = start(
        "steps=6",
        "evaluate.images=16",
        "evaluate.metrics=recon,kid",
        "evaluate.samples=20",
        "evaluate.best=evaluate/ssim",
    )
    fit(made, silent())
    records, _ = read_metrics(made.folder)
    course = {record["step"]: record["evaluate/ssim"] for record in records if "evaluate/ssim" in record}
    assert list(course) == [2, 4, 6]
    assert all("evaluate/kernel[encoder]" in record for record in records if "evaluate/ssim" in record)
    best = read_run(made.folder).best_checkpoint
    assert best is not None
    header = read_header(best)
    assert header.training["step"] == max(course, key=lambda step: course[step])
    assert header.training["metrics"]["evaluate/ssim"] == max(course.values())
    assert described_run(read_run(made.folder))["best"] == max(course.values())


def test_measuring_on_the_way_does_not_change_the_training(start: Start, silent: type) -> None:
    plain, measured = start("steps=4", "evaluate.every=2", name="plain"), start(
        "steps=4", "evaluate.every=2", "evaluate.metrics=recon,prdc,elbo", "evaluate.samples=20", name="measured"
    )  # fmt: skip
    losses = []
    for made in (plain, measured):
        fit(made, silent())
        losses.append([record["loss/total"] for record in read_metrics(made.folder)[0] if "loss/total" in record])
    assert losses[0] == losses[1]


def test_what_cannot_be_measured_on_the_way_is_told_once_and_left_out(start: Start, silent: type) -> None:
    made, reporter = start("steps=4", "evaluate.every=2", "evaluate.metrics=disentanglement,recon"), silent()
    fit(made, reporter)
    told = [line for line in reporter.lines if "is left out" in line]
    assert told == [
        "evaluate.metrics: disentanglement is left out: the factors behind these pictures are not known; they are of"
        " builtin:dinosaurs"
    ]
    assert "evaluate/psnr" in read_metrics(made.folder)[0][-1]


def test_a_best_that_is_no_figure_is_refused_with_what_there_is(start: Start, silent: type) -> None:
    made = start("steps=2", "evaluate.best=evaluate/fid")
    with pytest.raises(TrainingError, match=r"evaluate.best = 'evaluate/fid' is no figure of this run; it has held"):
        fit(made, silent())
    assert read_run(made.folder).state == "failed"


def test_unknown_metrics_are_refused_before_anything_begins(tiny_config: Callable[..., RunConfig]) -> None:
    with pytest.raises(ConfigError, match=r"= 'recno': unknown metric 'recno': did you mean 'recon'\?"):
        tiny_config("evaluate.metrics=recno")
    with pytest.raises(ConfigError, match=r"evaluate.best = 'psnr'"):
        tiny_config("evaluate.best=psnr")
    assert tiny_config("evaluate.metrics= recon, kid ,recon").evaluate.metrics == "recon,kid"
