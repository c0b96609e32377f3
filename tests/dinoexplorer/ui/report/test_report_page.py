"""Evaluating a checkpoint in the window: what can be asked, the work in a process of its own, and what it finds."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import torch
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QLabel

from dinoexplorer.datasets.orders import Step
from dinoexplorer.reports.questions import Asked
from dinoexplorer.ui.report.evaluation_line import EvaluationLine
from dinoexplorer.ui.report.report_page import ReportPage
from tests.dinoexplorer.generators.foreign_layouts import layout

_PATIENCE = 60_000
Build = Callable[..., ReportPage]


@pytest.fixture
def new_page(qtbot) -> Iterator[Build]:
    pages: list[ReportPage] = []

    def build(command: list[str] | None = None) -> ReportPage:
        page = ReportPage(None, command)
        page.resize(1200, 700)
        page.show()
        qtbot.waitExposed(page)
        pages.append(page)
        return page

    yield build
    for page in pages:
        page.close_down()
        page.close()
        page.deleteLater()


def fake(code: str) -> list[str]:
    """A stand-in for `dinoexplorer` that tells what the code prints."""
    tell = "def tell(**told): print(json.dumps(told), flush=True)"
    return [sys.executable, "-c", f"import json, sys, time\n{tell}\n{code}"]


def looked(page: ReportPage, path: Path, qtbot) -> None:
    page.form.choose(path)
    qtbot.waitUntil(lambda: page.form.subject is not None and page.form.subject.path == path, timeout=_PATIENCE)
    qtbot.waitUntil(lambda: page.view.complete, timeout=_PATIENCE)


def done(page: ReportPage, qtbot) -> None:
    qtbot.waitUntil(lambda: not page.work.working and not page._opening.busy and page.view.complete, timeout=_PATIENCE)


def texts(page: ReportPage) -> str:
    return "\n".join(label.text() for label in page.view.findChildren(QLabel) if label.isVisibleTo(page.view))


def test_a_checkpoint_brings_its_pictures_and_says_what_it_can_be_asked(new_page: Build, best: Path, qtbot):
    page = new_page()
    looked(page, best, qtbot)
    form = page.form
    assert form.checkpoint.text() == "tiny: best"
    assert form.data.source == str(best.parents[2] / "pictures")
    assert form.share.text() == "0.25"
    rows = form.metrics.rows
    assert not rows["lpips"].box.isEnabled()
    assert rows["lpips"].remark.text() == "Needs AlexNet's weights (233 MB) and the weights of LPIPS (6 kB)."
    assert rows["discriminator"].remark.text().startswith("There is no discriminator")
    assert rows["fid"].box.isChecked()
    assert "named for them" in rows["fid"].remark.text()
    assert form.outlook.text() == "12 questions, 25 % of the pictures held out."
    rows["lpips"].copy.click()
    assert QGuiApplication.clipboard().text().startswith("curl -L --create-dirs -o")
    assert "No report of this checkpoint yet" in page.view.text
    form.metrics.none.click()
    assert form.outlook.text() == "Tick what to ask."
    assert not form.start.isEnabled()


def test_an_evaluation_is_made_shown_metric_by_metric_and_there_at_once_the_next_time(
    new_page: Build, best: Path, qtbot
):
    page = new_page()
    looked(page, best, qtbot)
    page.form.metrics.none.click()
    for name in ("recon", "pictures"):
        page.form.metrics.rows[name].box.click()
    page.form.samples.setText("20")
    heard: list[Path] = []
    page.report_kept.connect(heard.append)
    qtbot.keyClick(page.form.samples, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.work.working
    assert page.form.line.cancel.isVisible()
    done(page, qtbot)
    assert page.form.line.said.text() == "Done."
    assert len(heard) == 2
    assert list(page.view.sections) == ["pictures", "recon"]
    said = texts(page)
    assert "psnr" in said
    assert "↑ more is better" in said
    assert "±" in said
    sheet = page.view.sections["recon"].sheets[0]
    qtbot.waitUntil(lambda: not sheet.canvas.image.isNull(), timeout=_PATIENCE)
    assert sheet.canvas.cells is not None
    page.form.metrics.rows["recon"].box.click()
    section = page.view.sections["recon"]
    page.form.metrics.rows["smoothness"].box.click()
    page.form.begin()
    done(page, qtbot)
    assert list(page.view.sections) == ["pictures", "recon", "smoothness"]
    assert page.view.sections["recon"] is section  # what was found stays where it is
    again = new_page()
    looked(again, best, qtbot)
    qtbot.waitUntil(lambda: list(again.view.sections) == ["pictures", "recon", "smoothness"], timeout=_PATIENCE)
    facts = again.view.facts.text()
    assert facts.startswith("tiny: best  ·  32 pictures of pictures, 12 held out  ·  20 samples, seed 0  ·  made")


def test_cancel_works_at_once_and_what_is_finished_stays(new_page: Build, best: Path, kept: Path, qtbot):
    code = (
        f"tell(metric=dict(name='recon', title='Reconstruction', number=2, count=4))\ntell(kept={str(kept)!r})\n"
        "tell(progress=dict(what='rebuilding pictures', done=64, total=128))\ntime.sleep(600)"
    )
    page = new_page(fake(code))
    looked(page, best, qtbot)
    page.form.begin()
    qtbot.waitUntil(lambda: "64 of 128" in page.form.line.detail.text(), timeout=_PATIENCE)
    assert page.form.line.said.text() == "Reconstruction (2 of 4)…"
    assert page.form.line.bar.share == pytest.approx(0.375)
    assert not page.form.checkpoint.isEnabled()
    assert not page.form.metrics.rows["recon"].box.isEnabled()
    qtbot.keyClick(page.form.line.cancel, Qt.Key.Key_Space)
    assert not page.work.working
    assert page.form.line.said.text() == "Cancelled. What was finished is kept."
    assert page.form.start.isVisible()
    assert page.form.focusWidget() is page.form.start
    assert page.form.checkpoint.isEnabled()
    qtbot.waitUntil(lambda: "recon" in page.view.sections, timeout=_PATIENCE)


def test_what_the_process_has_started_ends_with_it(new_page: Build, best: Path, qtbot):
    page = new_page(fake(
        "import subprocess\nother = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "tell(progress=dict(what='drawing', done=other.pid, total=10**9))\ntime.sleep(600)"
    ))  # fmt: skip
    looked(page, best, qtbot)
    page.form.begin()
    qtbot.waitUntil(lambda: "Drawing" in page.form.line.detail.text(), timeout=_PATIENCE)
    pid = int(page.form.line.detail.text().split("·")[1].split("of")[0].replace(",", ""))
    other = psutil.Process(pid)
    page.form.line.cancel.click()
    gone = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    qtbot.waitUntil(lambda: not other.is_running() or other.status() in gone, timeout=_PATIENCE)


@pytest.mark.parametrize(("code", "sentence"), [
    ("print('dinotrain: the disk is full', file=sys.stderr)\nsys.exit(1)", "It did not work out: the disk is full."),
    ("import os\nos.kill(os.getpid(), 9)", "It did not work out: the work was ended by SIGKILL; start it again, it"),
    ("pass", "It is done, but the report could not be kept: make room on the disk of the cache."),
])  # fmt: skip
def test_a_process_that_dies_takes_nothing_along(new_page: Build, best: Path, code: str, sentence: str, qtbot):
    page = new_page(fake(code))
    looked(page, best, qtbot)
    told: list[str] = []
    page.told.connect(told.append)
    page.form.begin()
    done(page, qtbot)
    assert page.form.line.said.text().startswith(sentence)
    assert told == [page.form.line.said.text()]
    assert page.form.start.isEnabled()


def test_nothing_is_claimed_of_a_checkpoint_that_is_still_looked_at(new_page: Build, best: Path, kept: Path, qtbot):
    page = new_page()
    page.form.choose(best)
    assert page.view.text == page.form.outlook.text() == "Looking at the checkpoint…"
    assert not page.form.share.property("wrong")
    assert not page.form.metrics.all.isEnabled()
    qtbot.waitUntil(lambda: page.view.kept is not None, timeout=_PATIENCE)
    assert page.form.metrics.all.isEnabled()


def test_a_file_that_does_not_open_says_why_it_cannot_be_evaluated(new_page: Build, tmp_path: Path, qtbot):
    foreign = tmp_path / "other.pt"
    foreign.write_bytes(b"PK\x03\x04 something else entirely, long enough to look at")
    page = new_page()
    looked(page, foreign, qtbot)
    assert page.view.text.startswith("other.pt looks like a zip archive, but it is cut short or damaged")
    assert page.form.outlook.text() == page.view.text
    assert not page.form.start.isEnabled()
    assert page.form.question() is None


def test_a_generator_of_another_program_is_evaluated_on_pictures_that_are_chosen(
    new_page: Build, best: Path, tmp_path: Path, qtbot
):
    foreign = tmp_path / "other.pt"
    torch.save({"model_state_dict": layout("sngan")[0], "global_step": 5}, foreign)
    page = new_page()
    looked(page, foreign, qtbot)
    assert page.form.outlook.text().startswith("The pictures that it was trained on are not here")
    assert page.form.data.button.text() == "Choose pictures"
    page.form.choose_source(str(best.parents[2] / "pictures"))
    qtbot.waitUntil(page.form.start.isEnabled, timeout=_PATIENCE)
    assert page.form.metrics.rows["recon"].remark.text() == "This model has no encoder."
    page.form.metrics.none.click()
    page.form.metrics.rows["pictures"].box.click()
    page.form.begin()
    done(page, qtbot)
    assert page.form.line.said.text() == "Done."
    assert page.view.title.text().startswith("resnet-gan, ")
    assert page.view.warning.isVisibleTo(page.view)
    assert page.view.warning.text().startswith("The checkpoint does not say which pictures it was trained on")
    sheet = page.view.sections["pictures"].sheets[0]
    qtbot.waitUntil(lambda: not sheet.canvas.image.isNull(), timeout=_PATIENCE)


def test_a_checkpoint_whose_pictures_are_not_known_asks_for_some(new_page: Build, best: Path, tmp_path: Path, qtbot):
    alone = tmp_path / "alone.safetensors"
    alone.write_bytes(best.read_bytes())
    page = new_page()
    looked(page, alone, qtbot)
    assert page.form.outlook.text().startswith("The pictures that it was trained on are not here")
    page.form.choose_source(str(best.parents[2] / "pictures"))
    qtbot.waitUntil(page.form.start.isEnabled, timeout=_PATIENCE)
    question = page.form.question()
    assert question is not None
    assert question.source == str(best.parents[2] / "pictures")
    page.form.share.setText("0.7")
    page.form.share.edited.emit("0.7")
    assert page.form.outlook.text() == "Held-out share: a number from 0 to 0.5."


def test_a_report_is_shown_in_sections_with_verdicts_histograms_tables_and_pictures(
    new_page: Build, best: Path, kept: Path, qtbot
):
    page = new_page()
    looked(page, best, qtbot)
    view = page.view
    assert list(view.sections) == ["pictures", "recon", "memorisation", "classes"]
    said = texts(page)
    assert "No sign of memorisation" in said or "It returns training pictures" in said
    assert view.missed.text().startswith("Not measured\nPerceptual distance: needs")
    assert not view.warning.isVisibleTo(view)
    memorisation = view.sections["memorisation"]
    names = [figure.name for figure in memorisation.outcome.figures]
    assert [tile.figure.name for tile in memorisation.tiles] == names
    assert len({tile.height() for tile in memorisation.tiles}) == 1
    histogram = memorisation.histograms[0]
    assert "generated" in histogram.accessibleDescription()
    place, button = QPointF(histogram.width() / 2, 60), Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, histogram.mapToGlobal(place), button, button, Qt.KeyboardModifier.NoModifier
    )
    QCoreApplication.sendEvent(histogram, event)
    assert " to " in histogram.toolTip()
    assert "generated" in histogram.toolTip()
    table = view.sections["classes"].tables[0]
    assert [table.item(row, 0).text() for row in range(table.rowCount())] == ["dark", "light"]
    canvas = memorisation.sheets[0].canvas
    qtbot.waitUntil(lambda: not canvas.image.isNull(), timeout=_PATIENCE)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.cell == 0
    assert memorisation.sheets[0].whole.isVisibleTo(view)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.cell == 1
    assert canvas.toolTip().startswith("Row 1, picture 2")


def test_a_report_ends_with_what_is_last_in_it_however_wide_the_window_is(
    new_page: Build, best: Path, kept: Path, qtbot
):
    page = new_page()
    page.resize(1800, 800)
    page.show()
    looked(page, best, qtbot)
    qtbot.waitUntil(lambda: page.view.complete, timeout=_PATIENCE)
    last = page.view.missed
    assert last.isVisible()
    qtbot.waitUntil(lambda: 0 <= last.parentWidget().height() - last.geometry().bottom() < 10, timeout=_PATIENCE)


def test_a_report_of_another_checkpoint_brings_that_along(new_page: Build, best: Path, kept: Path, qtbot):
    page = new_page()
    looked(page, best.with_name("last.safetensors"), qtbot)
    page.show_report(kept)
    qtbot.waitUntil(lambda: page.view.kept is not None and page.form.checkpoint.path == best, timeout=_PATIENCE)
    qtbot.waitUntil(page.form.start.isEnabled, timeout=_PATIENCE)
    assert page.form.subject is not None
    assert page.form.subject.path == best
    assert page.view.kept is not None
    assert page.view.kept.folder == kept


def test_other_pictures_than_those_of_the_training_are_marked(new_page: Build, best: Path, kept: Path, qtbot):
    text = (kept / "report.json").read_text("utf-8")
    (kept / "report.json").write_text(text.replace('"as_trained": true', '"as_trained": false'), "utf-8")
    page = new_page()
    looked(page, best, qtbot)
    assert page.view.warning.isVisibleTo(page.view)


def test_a_report_is_saved_as_a_page_and_as_a_table(new_page: Build, best: Path, kept: Path, tmp_path: Path, qtbot):
    page = new_page()
    looked(page, best, qtbot)
    for kind in ("html", "csv"):
        page.save(kind)
        assert page.dialog is not None
        assert page.dialog.defaultSuffix() == kind
        assert Path(page.dialog.selectedFiles()[0]).name == f"report-tiny-best.{kind}"
        with qtbot.waitSignal(page.told, timeout=_PATIENCE) as told:
            page.dialog.fileSelected.emit(str(tmp_path / f"mine.{kind}"))
        assert told.args == [f"Saved mine.{kind}"]
        page.dialog.close()
    assert "data:image/png;base64," in (tmp_path / "mine.html").read_text("utf-8")
    rows = list(csv.DictReader((tmp_path / "mine.csv").read_text("utf-8").splitlines()))
    assert {"psnr", "mse"} <= {row["figure"] for row in rows}
    with qtbot.waitSignal(page.told, timeout=_PATIENCE) as told:
        page.save_as("csv", str(tmp_path / "nowhere" / "mine.csv"))
    assert told.args[0].endswith("No such file or directory; choose another place.")
    next(kept.glob("*.png")).unlink()
    with qtbot.waitSignal(page.told, timeout=_PATIENCE) as told:
        page.save_as("html", str(tmp_path / "mine.html"))
    assert told.args[0].startswith("A picture of the report is gone (")
    assert told.args[0].endswith("; evaluate again.")


def test_a_report_that_cannot_be_read_any_more_is_told(new_page: Build, tmp_path: Path, qtbot):
    page = new_page()
    with qtbot.waitSignal(page.told, timeout=_PATIENCE) as told:
        page.show_report(tmp_path)
    assert told.args[0].endswith("report.json: No such file or directory; evaluate again.")


def test_the_line_tells_rate_and_time_left(qtbot):
    now = [0.0]
    line = EvaluationLine(clock=lambda: now[0])
    qtbot.addWidget(line)
    line.begin()
    line.show_asked(Asked("fid", "Fréchet distance", 3, 4))
    line.show_step(Step("features of samples (encoder)", 100, 1100))
    now[0] = 2.0
    line.show_step(Step("features of samples (encoder)", 300, 1100))
    assert line.said.text() == "Fréchet distance (3 of 4)…"
    assert line.detail.text() == "Features of samples (encoder)  ·  300 of 1,100  ·  100 a second  ·  8 s left"
    assert line.bar.share == pytest.approx((2 + 300 / 1100) / 4)
