"""The report of the checks as a file, as JSON and on the command line."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.cli import main
from training.data.checks import Finding, Missed, Report
from training.data.dataset import About, Record, write_about, write_manifest
from training.data.images import DataError
from training.data.report import report_as_json, report_text, write_report

RED = np.full((4, 6, 3), (200, 0, 0), np.uint8)
REPORT = Report(
    (
        Finding("Colour", "green", "All well.", "never shown", {"share": 0.25, "pictures": 12345.0}, {"of it": RED}),
        Finding("Class balance", "red", "Bad.", "Mend it.", {"ratio": float("inf")}),
        Finding("Noise", "amber", "Noisy <b>`x`</b>.", "Look.", {}, {"the noisiest": RED, "Zwölf %": RED}),
    ),
    (Missed("One batch by heart", "no recipe was named"),),
    "source", 5000, 2000, 64, "vae",
)  # fmt: skip


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Forty pictures of two classes that were taken, thirteen that were left out."""
    folder = tmp_path / "prepared"
    (folder / "images").mkdir(parents=True)
    rng = np.random.default_rng(0)
    records = []
    for index in range(40):
        digest = f"{int(rng.integers(2**63)):016x}" * 4
        file = f"images/{index}.png"
        pixels = rng.integers(0, 256, (4, 4, 3)).astype(np.uint8)
        Image.fromarray(pixels).resize((16, 16)).save(folder / file)
        warned = ("near-duplicate",) if index == 7 else ()
        label = "ab"[index % 2]
        records.append(
            Record(
                file,
                "zoo.zip",
                f"{index}.png",
                "s",
                digest,
                "0" * 16,
                16,
                16,
                (0, 0, 16, 16),
                label,
                warned,
                group=digest,
            )
        )
    for index in range(12):
        name = f"small{index:02}\n.png"
        reason = f"it is only {index} pixels wide"
        records.append(Record("", "zoo.zip", name, "s", warnings=("small",), reason=reason))
    records.append(Record("", "zoo.zip", "by hand.png", "s", warnings=("dark",), reason="left out by hand"))
    write_manifest(folder, records)
    write_about(folder, About(16, 3, 40, ("a", "b"), "f"))
    return folder


def test_the_report_reads_from_the_worst_to_the_best() -> None:
    assert report_text(REPORT) == (
        "# Checks before training\n"
        "\n"
        "2,000 of 5,000 pictures of source were looked at, at 64 x 64 pixels, for the recipe vae.\n"
        "\n"
        "## Red: 1 (will spoil the training)\n"
        "\n"
        "### Class balance\n"
        "\n"
        "Bad.\n"
        "\n"
        "What to do: Mend it.\n"
        "\n"
        "    ratio  inf\n"
        "\n"
        "## Amber: 1 (may cost quality)\n"
        "\n"
        "### Noise\n"
        "\n"
        "Noisy ‹b›'x'‹/b›.\n"
        "\n"
        "What to do: Look.\n"
        "\n"
        "![the noisiest](report/noise-the-noisiest.png)\n"
        "![Zwölf %](report/noise-zw-lf.png)\n"
        "\n"
        "## Green: 1 (as it should be)\n"
        "\n"
        "### Colour\n"
        "\n"
        "All well.\n"
        "\n"
        "    share     0.25\n"
        "    pictures  12,345\n"
        "\n"
        "![of it](report/colour-of-it.png)\n"
        "\n"
        "## Not checked: 1\n"
        "\n"
        "- One batch by heart: no recipe was named.\n"
    )


def test_the_manifest_is_told_with_ten_examples_of_each_reason(dataset: Path) -> None:
    text = report_text(None, dataset)
    assert text.startswith(
        "# Dataset prepared\n\nTaken: 40 pictures of 16 x 16 pixels, in colour.\n\n    a  20\n    b  20\n\n"
        "Left out: 13.\n"
    )
    assert "- small: 12 (the first 10)\n    - zoo.zip, small00 .png: it is only 0 pixels wide\n" in text
    assert "small09" in text
    assert "small10" not in text
    assert "- left out by hand: 1\n    - zoo.zip, by hand.png\n" in text
    assert "Unusual, but taken:\n\n- near-duplicate: 1\n    - zoo.zip, 7.png\n" in text


def test_a_report_is_written_with_its_pictures_and_the_old_ones_go(dataset: Path) -> None:
    path = write_report(dataset, REPORT)
    assert path == dataset / "report.md"
    text = path.read_text("utf-8")
    assert text.index("# Dataset prepared") < text.index("# Checks before training")
    files = sorted(one.name for one in (dataset / "report").iterdir())
    assert files == ["colour-of-it.png", "noise-the-noisiest.png", "noise-zw-lf.png"]
    with Image.open(dataset / "report" / "colour-of-it.png") as picture:
        assert picture.size == (6, 4)
        assert picture.getpixel((0, 0)) == (200, 0, 0)
    before = {one.name: one.read_bytes() for one in (dataset / "report").iterdir()}
    write_report(dataset, REPORT)
    assert {one.name: one.read_bytes() for one in (dataset / "report").iterdir()} == before
    write_report(dataset, replace(REPORT, findings=REPORT.findings[:1]))
    assert [one.name for one in (dataset / "report").iterdir()] == ["colour-of-it.png"]
    write_report(dataset)
    assert not list((dataset / "report").iterdir())
    assert "# Checks" not in path.read_text("utf-8")


def test_no_report_is_put_among_the_pictures_themselves(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        write_report(tmp_path, replace(REPORT, source=str(tmp_path)))
    assert str(error.value) == (
        f"{tmp_path} holds the pictures themselves, and a report in it would become one of them; name another folder"
    )
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError, match=r"^the report cannot be written into .*file: .*; make room or name another"):
        write_report(tmp_path / "file", REPORT)


def test_json_names_the_files_or_holds_the_pictures() -> None:
    told = report_as_json(REPORT, inline=False)
    assert {name: told[name] for name in ("source", "level", "pictures", "looked_at", "size", "recipe")} == {
        "source": "source", "level": "red", "pictures": 5000, "looked_at": 2000, "size": 64, "recipe": "vae",
    }  # fmt: skip
    assert told["findings"][0] == {
        "name": "Colour", "level": "green", "sentence": "All well.", "advice": "Nothing to do.",
        "figures": {"share": 0.25, "pictures": 12345.0}, "pictures": {"of it": "report/colour-of-it.png"},
    }  # fmt: skip
    assert told["findings"][1]["figures"] == {"ratio": None}
    assert told["missed"] == [{"name": "One batch by heart", "reason": "no recipe was named"}]
    inline = report_as_json(REPORT, inline=True)["findings"][0]["pictures"]["of it"]
    kind, data = inline.split(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert (np.asarray(picture) == RED).all()


def test_the_level_of_a_report_is_the_worst() -> None:
    assert REPORT.level == "red"
    assert Report(REPORT.findings[2:]).level == "amber"
    assert Report(()).level == "green"


def test_the_command_writes_into_a_dataset_and_prints_a_summary(
    dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(dataset)]) == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert lines[0].startswith("red    Number of pictures: There are 40 pictures, ")
    assert lines[1] == "       Add pictures: 1,000 are a good start, and fewer than 100 are learnt by heart."
    assert "green  Readable files: All 40 files that were looked at are pictures." in lines
    assert "-      One batch by heart: not checked, no recipe was named" in lines
    assert lines[-1] == f"the whole report: {dataset / 'report.md'}"
    assert "Left out: 13." in (dataset / "report.md").read_text("utf-8")
    assert (dataset / "report" / "class-balance-pictures-of-each-class.png").is_file()


def test_the_command_prints_one_object_as_json(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(dataset), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["looked_at"] == 40
    for finding in told["findings"]:
        for path in finding["pictures"].values():
            assert (dataset / path).is_file()


def test_lines_of_json_tell_a_program_how_far_it_is(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(dataset), "--json", "--progress", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"progress": {"what": "Colour", "done": 5, "total": 16}} in lines
    assert lines[-1]["level"] == "red"


def test_other_pictures_get_their_report_on_the_terminal_alone(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(pictures.rglob("*"))
    assert main(["check", str(pictures)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        f"# Checks before training\n\nAll 40 pictures of {pictures} were looked at, at 64 x 64 pixels."
    )
    assert "- Manifest: this is no prepared dataset; 'dinotrain prepare' makes one, with a manifest of" in said
    assert sorted(pictures.rglob("*")) == before
    assert main(["check", str(pictures), "--out", str(tmp_path / "there")]) == 0
    assert (tmp_path / "there" / "report.md").is_file()
    assert sorted(pictures.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "dinotrain: the data 'nowhere' is not there; give a"),
        (["builtin:dinosaurs", "--recipe", "vea"], "dinotrain: unknown recipe 'vea': did you mean 'vae'?;"),
    ],
)
def test_a_refusal_is_one_line(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *arguments]) == 1
    assert capsys.readouterr().err.startswith(sentence)


def test_with_a_recipe_the_trials_are_made(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.data.checks import trials

    monkeypatch.setattr(trials, "SECONDS", 0.0)
    config = tmp_path / "tiny.toml"
    config.write_text('name = "tiny"\ndevice = "cpu"\nimage = {size = 16}\nmodel = {width = 4, widest = 8}\n')
    assert main(["check", str(dataset), "--recipe", str(config)]) == 0
    said = capsys.readouterr().out
    assert "amber  One batch by heart: Could not tell in the time: after 1 of 150 steps the recipe tiny leaves " in said
    assert "amber  Noise instead of pictures: Could not tell in the time: after 1 of 120 steps the recipe tiny" in said
