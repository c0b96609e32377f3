"""Several reports beside each other: the table, the plots, the page and `dinotrain compare`."""

from __future__ import annotations

import csv
import json
import math
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.evaluation._entries import figure, report, write
from training.cli import main
from training.errors import TrainingError
from training.evaluation.comparison.courses import axes_of, figures_of, plot_of
from training.evaluation.comparison.drawing import Line, Mark, Words, drawn, round_numbers, scale_of, short
from training.evaluation.comparison.entries import Entry, entries_of, read_entries
from training.evaluation.comparison.page import comparison_html
from training.evaluation.comparison.ranking import columns_of
from training.evaluation.comparison.svg import plot_svg
from training.evaluation.comparison.tables import comparison_csv, comparison_json, comparison_text
from training.evaluation.report import Figure


def best_of(*figures: Figure | None) -> str | None:
    """Which of the runs a, b, c is marked."""
    entries = entries_of([report(*([one] if one else []), run=run) for run, one in zip("abc", figures, strict=False)])
    (column,) = columns_of(entries)
    return None if column.best is None else entries[column.best].label[0]


def test_only_what_is_ahead_by_more_than_the_spreads_is_best() -> None:
    assert best_of(figure("psnr", 20), figure("psnr", 21), figure("psnr", 20.5)) == "b"
    assert best_of(figure("psnr", 20.8), figure("psnr", 21), figure("psnr", 20)) is None  # 0.2 of 0.28
    assert best_of(figure("psnr", 20), figure("psnr", 21, 1.0)) is None
    assert best_of(figure("mse", 0.2, 0.01), figure("mse", 0.1, 0.01)) == "b"
    assert best_of(figure("psnr", math.nan), figure("psnr", 21), None) is None  # with whom would it be compared
    assert best_of(figure("psnr", 20), figure("psnr", 25, math.nan)) is None
    assert best_of(figure("discriminator[real]", 0.5, 0.01), figure("discriminator[real]", 0.9, 0.01)) is None


@pytest.mark.parametrize(("name", "first", "second", "reason"), [
    ("kernel[encoder]", {}, {}, "each is measured in the model's own encoder"),
    ("psnr", {}, {"fingerprint": "other"}, "they are not measured on the same pictures"),
    ("elbo", {}, {"meaning": "Of other pixels."}, "it does not mean the same for all of them"),
    ("fid", {}, {"count": 50}, "they are not measured with the same number of pictures"),
])  # fmt: skip
def test_what_cannot_be_ranked_says_why(name: str, first: dict, second: dict, reason: str) -> None:
    made = []
    for run, more in (("a", first), ("b", second)):
        of_report = {key: more[key] for key in more if key == "fingerprint"}
        of_figure = {key: more[key] for key in more if key != "fingerprint"}
        made.append(report(figure(name, 1.0 if run == "a" else 9.0, **of_figure), run=run, **of_report))
    (column,) = columns_of(entries_of(made))
    assert column.best is None
    assert column.doubt.startswith(reason)
    assert f"not ranked: {reason}" in comparison_text(entries_of(made))


def test_a_name_is_short_and_one_of_a_kind() -> None:
    made = [report(run="a"), report(run="a", step=None), report(run="a", step=None, samples=50)]
    made += [report(run="b", dim=dim, step=None) for dim in (2, 5)] + [report(run="c"), report(run="c")]
    assert [entry.label for entry in entries_of(made)] == [
        "a step 100", "a last, 200 samples", "a last, 50 samples", "b last, z = 2", "b last, z = 5",
        "c step 100 (1)", "c step 100 (2)",
    ]  # fmt: skip


def test_checkpoints_of_a_run_are_a_curve_against_the_pictures_seen() -> None:
    made = [report(figure("psnr", 20 + step / 100), run=run, step=step) for run in "ab" for step in (300, 100, 200)]
    plot = plot_of(entries_of([*made, report(figure("psnr", 3.0), run="c")]), "psnr", "images_seen")
    assert [course.label for course in plot.courses] == ["a", "b", "c step 100"]
    assert plot.courses[0].line == ((1000, 21), (2000, 22), (3000, 23))
    assert plot.courses[2].line == ()
    assert (plot.title, plot.better) == ("psnr against images seen", "more is better")
    assert {point.y_spread for point in plot.points} == {0.1}


def test_against_z_each_run_is_its_furthest_checkpoint_and_seeds_are_averaged() -> None:
    made = [
        report(figure("psnr", 10.0), run="z2", dim=2, step=50), report(figure("psnr", 20.0), run="z2", dim=2, step=100),
        report(figure("psnr", 24.0), run="z2-again", dim=2), report(figure("psnr", 30.0), run="z9", dim=9),
        report(figure("psnr", 15.0), run="gan", dim=9, family="dcgan"),
    ]  # fmt: skip
    entries = entries_of(made)
    plot = plot_of(entries, "psnr", "dim")
    assert [(course.label, course.line) for course in plot.courses] == [
        ("vae, 64 px", ((2, 22), (9, 30))), ("gan step 100", ()),
    ]  # fmt: skip
    assert len(plot.courses[0].points) == 3
    assert axes_of(entries) == ["images_seen", "dim"]


def test_a_figure_against_a_figure_has_bars_both_ways_and_leaves_out_what_lacks_one() -> None:
    entries = entries_of([
        report(figure("psnr", 20.0), figure("fid", 50.0, 2.0), run="a"),
        report(figure("psnr", 21.0), run="b"), report(figure("psnr", 22.0), figure("fid", math.nan), run="c"),
    ])  # fmt: skip
    plot = plot_of(entries, "psnr", "fid")
    assert [(point.x, point.x_spread, point.y, point.y_spread) for point in plot.points] == [(50.0, 2.0, 20.0, 0.1)]
    assert figures_of(entries) == ["psnr", "fid"]
    parts = drawn(plot, 400, 300, 16, len)
    assert sum(isinstance(part, Line) and part.ink == 0 for part in parts) == 6  # two bars with their caps


def test_everything_that_is_drawn_lies_in_its_box_and_at_its_value() -> None:
    made = [report(figure("psnr", 20 + step), run="a", step=step * 100) for step in range(1, 5)]
    parts = drawn(plot_of(entries_of(made), "psnr", "images_seen"), 500, 300, 16, lambda text: 7.0 * len(text))
    places = [place for part in parts for place in (part.places if isinstance(part, Line) else [(part.x, part.y)])]
    assert all(0 <= x <= 500 and 0 <= y <= 300 for x, y in places)
    marks = [part for part in parts if isinstance(part, Mark) and part.label.startswith("a step")]
    assert [mark.x for mark in marks] == sorted(mark.x for mark in marks)
    assert [mark.y for mark in marks] == sorted((mark.y for mark in marks), reverse=True)
    steps = {round(b.x - a.x, 6) for a, b in pairwise(marks)}
    assert len(steps) == 1
    words = [part.text for part in parts if isinstance(part, Words)]
    assert {"1000", "2000", "3000", "4000", "images seen", "a"} <= set(words)
    assert drawn(plot_of([], "psnr", "images_seen"), 500, 300, 16, len)[-1].text == "psnr against images seen"  # type: ignore[union-attr]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20), st.booleans())
def test_a_scale_shows_every_value_between_its_ends(values: list[float], by_logarithm: bool) -> None:
    scale = scale_of(values, 100.0, 400.0, logarithm=by_logarithm)
    places = [scale(value) for value in sorted(values)]
    assert all(100 <= place <= 400 for place in places)
    assert places == sorted(places)
    assert all(100 <= scale(tick) <= 400 for tick in scale.ticks)


def test_values_many_times_apart_are_spread_by_their_logarithm() -> None:
    scale = scale_of([1, 10, 100], 0, 200)
    assert scale.by_logarithm
    assert scale(10) == pytest.approx(100)
    assert scale.ticks == pytest.approx([1, 2, 5, 10, 20, 50, 100])
    assert not scale_of([0, 100], 0, 200).by_logarithm
    assert round_numbers(0.03, 0.21) == pytest.approx([0.05, 0.1, 0.15, 0.2])
    assert [short(value) for value in (0.0, 0.031, 6400, 12_800, 1.5e6)] == ["0", "0.031", "6400", "12.8k", "1.5M"]


def some_entries() -> list[Entry]:
    return entries_of([
        report(figure("psnr", 20.0), figure("mse", 0.2, 0.001), run="a<b>"),
        report(figure("psnr", 25.0), run="c", dim=9, step=200),
    ])  # fmt: skip


def test_a_table_has_a_line_for_each_model_and_says_which_is_best() -> None:
    rows = list(csv.DictReader(comparison_csv(some_entries()).splitlines()))
    assert [row["model"] for row in rows] == ["a<b> step 100", "c step 200"]
    assert [row["psnr best"] for row in rows] == ["", "yes"]
    assert (rows[0]["psnr"], rows[0]["psnr spread"], rows[0]["psnr n"]) == ("20.0", "0.1", "100")
    assert rows[1]["mse"] == ""
    assert (rows[1]["z"], rows[1]["images_seen"]) == ("9", "2000")
    text = comparison_text(some_entries())
    assert "psnr   more is better\n   a<b> step 100  20 ± 0.1  n = 100\n * c step 200     25 ± 0.1  n = 100" in text
    found = json.loads(json.dumps(comparison_json(some_entries())))
    assert found["best"] == {"psnr": "c step 200", "mse": None}


def test_a_page_needs_nothing_beside_it_and_takes_no_name_for_markup() -> None:
    page = comparison_html(some_entries())
    assert "a&lt;b&gt; step 100" in page
    assert "a<b>" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "<b>25 ± 0.1</b> best" in page
    assert page.count("<svg") == 2  # psnr against images seen and against z; mse has only one place
    assert "Against images seen" in page
    assert "Against numbers of a code (z)" in page


def test_a_drawing_is_sound_svg() -> None:
    root = ET.fromstring(plot_svg(plot_of(some_entries(), "psnr", "dim")))  # noqa: S314  our own
    titles = [one.text for one in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["vae, 64 px", "a<b> step 100", "c step 200"]  # the legend, and both places


def test_reports_are_compared_from_their_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = write(tmp_path / "kept" / "1", report(figure("psnr", 20.0), run="a"))
    write(tmp_path / "kept" / "2", report(figure("psnr", math.nan), figure("mse", 0.1), run="b"))
    page = tmp_path / "new" / "page.html"
    assert main(["compare", str(tmp_path / "kept"), str(one), "--out", str(page)]) == 0
    said = capsys.readouterr().out
    assert said.endswith(f"the whole comparison: {page}\n")
    assert said.count("a step 100") == 2  # once for each figure: the file that is named twice counts once
    assert page.with_suffix(".csv").is_file()
    assert main(["compare", str(tmp_path / "kept"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["entries"][0]["figures"]["psnr"]["value"] == 20
    drawing = tmp_path / "plot.svg"
    assert main(["compare", str(tmp_path / "kept"), "--out", str(drawing), "--against", "z"]) == 0
    assert drawing.read_text("utf-8").startswith("<?xml")


def test_a_report_without_a_number_is_read_as_it_was_printed(tmp_path: Path) -> None:
    path = write(tmp_path, report(figure("psnr", 20.0)))
    path.write_text(path.read_text("utf-8").replace("20.0", "null"), "utf-8")
    (entry,) = read_entries([tmp_path])
    assert math.isnan(entry.figures["psnr"].value)


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["nowhere.json"], "cannot read nowhere.json: No such file or directory; name a report.json"),
    (["."], "there is no report.json in .; 'dinotrain evaluate RUN --data DATASET --json' makes one"),
    (["odd.json"], "odd.json is no report (KeyError: 'subject');"
     " 'dinotrain evaluate RUN --data DATASET --json' makes one"),
    (["good.json", "--out", "page.pdf"], "--out page.pdf: name a file that ends in .html, .csv or .svg"),
    (["good.json", "--out", "a.svg", "--figure", "fdi"], "none of these reports has 'fdi'; they have psnr"),
    (["good.json", "--out", "a.svg", "--against", "y"], "none of these reports has 'y'; they have psnr"),
])  # fmt: skip
def test_what_cannot_be_compared_is_refused_in_one_line(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("odd.json").write_text("{}", "utf-8")
    write(tmp_path / "x", report(figure("psnr", 1.0))).rename("good.json")
    assert main(["compare", *arguments]) == 1
    assert capsys.readouterr().err == f"dinotrain: {sentence}\n"


def test_text_that_is_no_report_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("[1, 2]", "utf-8")
    with pytest.raises(TrainingError, match="is no report"):
        read_entries([tmp_path])
