"""Reports in their folders, and what is offered before anything is computed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from training.checkpoint import read_header
from training.cli import main
from training.errors import TrainingError
from training.evaluation.evaluating import About, evaluate
from training.evaluation.html import report_html
from training.evaluation.keeping import folder_of, keep_report, kept_reports, read_report
from training.evaluation.material import Material
from training.evaluation.offering import offers, run_to_ask
from training.evaluation.report import Figure, Outcome, Report, Table
from training.evaluation.watching import Watcher
from training.loop import fit
from training.run import RunWriter

ABOUT = About(
    {"name": "told", "sha256": "ab" * 32, "family": "vae", "size": 16, "dim": 1, "step": 3, "images_seen": 24},
    {
        "source": "told", "count": 200, "training": 140, "held_out": 60, "classes": 2, "fingerprint": "f",
        "as_trained": True,
    },
)  # fmt: skip


class Heard(Watcher):
    """Keeps each report as it grows, and says in which order."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    def begins(self, name: str, title: str, number: int, count: int) -> None:
        self.said.append((name, title, number, count))

    def grown(self, report: Report) -> None:
        folder = keep_report(report)
        self.said.append(sorted(read_report(folder).outcomes))


def test_whatever_is_finished_is_kept_before_the_next_metric_begins(material: Callable[..., Material]) -> None:
    heard = Heard()
    report = evaluate(material(), ["memorisation", "recon"], ABOUT, heard)
    assert heard.said == [
        ("recon", "Reconstruction", 1, 2), ["recon"],
        ("memorisation", "Memorisation", 2, 2), ["memorisation", "recon"],
    ]  # fmt: skip
    kept = read_report(folder_of(report), pictures=True)
    assert kept.figures == report.figures
    assert report_html(kept) == report_html(report)
    assert kept_reports("ab" * 32) == [folder_of(report)] == kept_reports()
    assert kept_reports("cd" * 32) == []


def test_pictures_lie_beside_a_report_and_are_read_only_when_they_are_wanted(
    material: Callable[..., Material],
) -> None:
    folder = keep_report(evaluate(material(), ["recon"], ABOUT))
    (sheet,) = read_report(folder).outcomes["recon"].sheets
    assert (sheet.file, sheet.png) == ("recon-0.png", "")
    assert (folder / sheet.file).read_bytes().startswith(b"\x89PNG")
    (folder / sheet.file).unlink()
    assert read_report(folder).outcomes["recon"].figures
    with pytest.raises(TrainingError, match=r"a picture of the report is gone \(recon-0.png in .*\); evaluate again"):
        read_report(folder, pictures=True)


def test_other_metrics_are_put_to_the_same_report_and_those_of_old_versions_go(
    material: Callable[..., Material],
) -> None:
    some = material()
    first = evaluate(some, ["recon", "smoothness"], ABOUT)
    keep_report(replace(first, versions={"recon": 0, "smoothness": first.versions["smoothness"]}))
    folder = keep_report(evaluate(some, ["pictures", "elbo"], ABOUT))
    kept = read_report(folder, pictures=True)
    assert list(kept.titles) == ["pictures", "elbo", "smoothness"]
    assert list(kept.outcomes) == ["pictures", "smoothness"]
    assert kept.missed["elbo"].startswith("only variational autoencoders")
    assert keep_report(evaluate(material(seed=1), ["recon"], ABOUT)) != folder


def test_what_is_no_number_comes_back_as_none(tmp_path: Path) -> None:
    figure = Figure("x", math.nan, math.inf, "halves", 3, "lower", "Nothing.")
    outcome = Outcome([figure], tables=[Table("T", ["a", "b"], [["one", math.nan]])])
    settings = {"samples": 3, "seed": 0, "held_out": 0.1}
    folder = keep_report(Report(ABOUT.subject, ABOUT.data, settings, {"recon": outcome}, {"recon": "R"}, {}))
    assert "NaN" not in (folder / "report.json").read_text("utf-8")
    (found,) = read_report(folder).figures
    assert math.isnan(found.value)
    assert math.isnan(found.spread)


def test_a_report_that_is_gone_damaged_or_newer_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"cannot read .*report.json: No such file or directory; evaluate again"):
        read_report(tmp_path)
    for text in ("{", "[]", '{"version": 1}', '{"version": 1, "metrics": {"recon": 3}}'):
        (tmp_path / "report.json").write_text(text, "utf-8")
        with pytest.raises(TrainingError, match=r"report.json is not a whole report; evaluate again"):
            read_report(tmp_path)
    (tmp_path / "report.json").write_text('{"version": 2}', "utf-8")
    with pytest.raises(TrainingError, match="was written by a newer version of this program; update the program"):
        read_report(tmp_path)


@pytest.fixture
def run(start: Callable[..., RunWriter], silent: type) -> Path:
    made = start("steps=3")
    fit(made, silent())
    return made.folder


def test_a_folder_takes_the_page_the_table_the_report_and_its_pictures(
    run: Path, pictures: Path, tmp_path: Path
) -> None:
    out = tmp_path / "whole"
    arguments = ["--data", str(pictures), "--metrics", "recon", "--samples", "10", "--out", str(out)]
    assert main(["evaluate", str(run), *arguments]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "recon-0.png", "report.csv", "report.html", "report.json",
    ]  # fmt: skip
    values = json.loads((out / "report.json").read_text("utf-8"))
    assert values["figures"]["psnr"] == read_report(out).figures[1].__dict__
    assert values["versions"] == {"recon": 1}
    header = read_header(run / "checkpoints" / "best.safetensors")
    assert values["subject"]["step"] == header.training["step"]
    assert len(kept_reports(values["subject"]["sha256"])) == 1


def test_every_metric_says_what_it_asks_and_how_long_it_takes(run: Path, pictures: Path, tmp_path: Path) -> None:
    found = offers(run, str(pictures), 0.2, tmp_path)
    assert [one.name for one in found][:3] == ["pictures", "recon", "lpips"]
    assert all(one.question.endswith("?") and one.effort for one in found)
    reasons = {one.name: one.reason for one in found if one.reason}
    assert reasons == {
        "lpips": "needs AlexNet's weights (233 MB) and the weights of LPIPS (6 kB)",
        "disentanglement": "what stands behind these pictures is known only of built-in ones",
        "discriminator": "there is no discriminator: only the best checkpoint of a GAN's run still has one",
    }
    lines = {one.name: one.command for one in found}
    assert lines["lpips"].count("curl -L --create-dirs -o") == 2
    assert {one.name for one in found if one.note} == {"fid"}
    assert "pt_inception-2015-12-05" in lines["fid"]


def test_without_held_out_pictures_what_needs_them_is_not_offered(run: Path, tmp_path: Path) -> None:
    found = {one.name: one.reason for one in offers(run, "builtin:dinosaurs", 0.0, tmp_path)}
    sentence = "there are no held-out pictures: give a share above 0"
    assert [name for name, reason in found.items() if reason == sentence] == [
        "recon", "lpips", "elbo", "memorisation", "classes",
    ]  # fmt: skip
    assert found["disentanglement"] == ""


def test_the_discriminator_is_offered_for_the_checkpoint_that_its_run_would_choose(
    start: Callable[..., RunWriter], silent: type, pictures: Path, tmp_path: Path
) -> None:
    small = ("steps=2", "image.size=16", "model.width=4", "model.discriminator_width=4", "batch_size=8", "device=cpu")
    made = start(*small, recipe="dcgan")
    fit(made, silent())
    last = made.folder / "checkpoints" / "last.safetensors"
    best = made.folder / "checkpoints" / "best.safetensors"
    chosen = best if best.is_file() else last
    assert run_to_ask(chosen) == made.folder
    reasons = {one.name: one.reason for one in offers(made.folder, str(pictures), 0.2, tmp_path)}
    assert reasons["discriminator"] == ""
    assert reasons["recon"] == "this model has no encoder"
    alone = tmp_path / "alone.safetensors"
    alone.write_bytes(chosen.read_bytes())
    assert run_to_ask(alone) == alone
    assert {one.name: one.reason for one in offers(alone, str(pictures), 0.2, tmp_path)}["discriminator"]
