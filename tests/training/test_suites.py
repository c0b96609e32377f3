"""`dinotrain suite`: a table of trainings that can be ended and taken up again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training import suite_command
from training.cli import main
from training.config import ConfigError
from training.run import read_run
from training.suites import read_suite, suite_names

SUITE = """
title = "Two"
settings = ["image.size=16", "batch_size=8", "device=cpu", "steps=3", "data.held_out=0.3"]
metrics = ["recon", "smoothness"]
samples = 20
columns = ["psnr", "smoothness", "fid"]

[[entry]]
name = "small"
recipe = "vae-fc"
settings = ["latent.dim=2", "model.hidden=[8]"]

[[entry]]
name = "gan"
recipe = "dcgan"
settings = ["model.width=4", "model.discriminator_width=4"]
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("two.toml").write_text(SUITE, "utf-8")
    return "two.toml"


def test_a_suite_trains_evaluates_and_tells_in_one_table(
    suite: str, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suite", suite, "--data", str(pictures)]) == 0
    table = Path("runs/suite-two/table.md").read_text("utf-8")
    assert capsys.readouterr().out == table
    lines = table.splitlines()
    assert lines[0] == "# Two"
    assert lines[2] == f"`dinotrain suite two.toml --data {pictures}`"
    assert lines[4] == "| model | z | psnr | smoothness |"  # nobody has a FID here
    assert lines[6].startswith("| small | 2 | ")
    assert lines[7].startswith("| gan | 100 |  | ")
    assert Path("runs/suite-two/gan/report.html").is_file()
    page = Path("runs/suite-two/comparison.html").read_text("utf-8")
    assert "2 models compared" in page
    assert "small best" in page
    assert Path("runs/suite-two/comparison.csv").read_text("utf-8").count("\n") == 3
    assert main(["suite", suite, "--data", str(pictures), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["small"]["psnr"][0] > 0


def test_a_suite_goes_on_where_it_was_ended(
    suite: str, pictures: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluated = suite_command._evaluated

    def ended(*_arguments: object) -> list[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(suite_command, "_evaluated", ended)
    assert main(["suite", suite, "--data", str(pictures)]) == 130
    first = Path("runs/suite-two/small")
    written = (first / "checkpoints" / "last.safetensors").stat().st_mtime_ns
    assert not Path("runs/suite-two/gan").exists()
    monkeypatch.setattr(suite_command, "_evaluated", evaluated)
    assert main(["suite", suite, "--data", str(pictures)]) == 0
    assert (first / "checkpoints" / "last.safetensors").stat().st_mtime_ns == written
    assert read_run("runs/suite-two/gan").state == "finished"


def test_runs_of_other_settings_are_not_mixed_into_a_table(
    suite: str, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suite", suite, "--data", str(pictures)]) == 0
    capsys.readouterr()
    assert main(["suite", suite, "--data", str(pictures), "--set", "seed=1"]) == 1
    assert capsys.readouterr().err == (
        "dinotrain: runs/suite-two/small was begun with other settings or pictures than this suite asks for; choose"
        " another --out\n"
    )


def test_every_suite_that_ships_can_be_trained() -> None:
    assert suite_names() == ("reference",)
    suite = read_suite("reference")
    configs = [suite.config(entry, "builtin:dinosaurs", ()) for entry in suite.entry]
    assert [config.latent.dim for config in configs[:5]] == [2, 5, 10, 50, 150]
    assert {"vae-fc", "vae", "dcgan", "fastgan"} <= {config.family for config in configs}
    assert {config.image.size for config in configs} == {64}
    large = suite.config(suite.entry[0], "builtin:dinosaurs", ["image.size=128"])
    assert large.image.size == 128


@pytest.mark.parametrize(("text", "sentence"), [
    ("title = ", "the suite bad.toml is not TOML"),
    (SUITE.replace('"small"', '"gan"'), "entry: the name 'gan' is given twice; each entry needs its own"),
    (SUITE.replace("samples", "sample"), "cannot be used: sample: Extra inputs are not permitted"),
    (SUITE.replace('"small"', '"../small"'), "cannot be used: entry.0.name: "),
])  # fmt: skip
def test_a_suite_that_cannot_be_used_says_why(text: str, sentence: str, suite: str) -> None:
    Path("bad.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as refused:
        read_suite("bad.toml")
    assert sentence in str(refused.value)


def test_a_suite_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="unknown suite 'refrence'; there are reference, or name a file"):
        read_suite("refrence")
    with pytest.raises(ConfigError, match=r"cannot read the suite nowhere\.toml: No such file"):
        read_suite("nowhere.toml")
