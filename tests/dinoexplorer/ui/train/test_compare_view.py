"""Runs side by side: curves, sheets, settings, and the two figures of a sweep."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from dinoexplorer.runs.views import RunDetail, RunRow
from dinoexplorer.ui.train.compare_view import CompareView
from dinoexplorer.ui.train.loss_figure import LossFigure, nice_ticks
from dinoexplorer.ui.train.picture_store import PictureStore, Wish, fulfil

COLOURS = ("#c02020", "#20a040", "#2040c0")
SIZES = {2: 0, 10: 1, 150: 2}


def write_sheet(path: Path, colour: str) -> Path:
    """A sheet of 8 x 4 pictures of 4 pixels: the first in ``colour``, the others grey."""
    image = QImage(8 * 6 + 2, 4 * 6 + 2, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    for x in range(2, 6):
        for y in range(2, 6):
            image.setPixelColor(x, y, QColor(colour))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(str(path))
    return path


def new_detail(home: Path, title: str, settings: dict, *, steps=(10, 20), batch=8, losses=(3.0, 2.0), slot=0):
    folder = home / title
    samples = tuple((step, write_sheet(folder / f"step-{step:06d}.png", COLOURS[slot])) for step in steps)
    images = np.array([(number + 1) * batch * 10 for number in range(len(losses))], np.int64)
    values = np.array(losses, np.float64)
    curves = {"loss/total": (images, values * 2)} if losses else {}
    if losses:
        curves["held_out/total"] = (images, values)
    last = max(steps, default=0)
    row = RunRow(
        folder, title, "vae-64", "vae", "drawings", "finished", step=last, total_steps=last, images_seen=last * batch,
        best=min(losses, default=math.nan),
    )  # fmt: skip
    return RunDetail(row, {"batch_size": batch, "seed": 0, **settings}, curves, samples)


@pytest.fixture
def sweep(tmp_path):
    """Three runs that differ in the size of the latent code, not in its order."""
    return tuple(
        new_detail(tmp_path, f"z={size}", {"latent.dim": size}, losses=(5.0, 1.0 + SIZES[size]), slot=SIZES[size])
        for size in (150, 2, 10)
    )


@pytest.fixture
def mixed(tmp_path):
    return (
        new_detail(tmp_path, "one", {"data.flip": True, "image.widths": [8, 16]}),
        new_detail(tmp_path, "two", {"data.flip": False, "optimizer.lr": 0.0002, "image.widths": [8]}, slot=1),
    )


@pytest.fixture
def view(qtbot):
    widget = CompareView()
    widget.resize(900, 600)
    qtbot.addWidget(widget, before_close_func=CompareView.close_down)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def heard(signal) -> list:
    got: list = []
    signal.connect(got.append)
    return got


def test_without_runs_it_says_what_to_do(view):
    assert view.text == "Select 2 to 9 runs and press Compare to see them side by side."
    view.ask_for((Path("/runs/a"),))
    assert view.text.startswith("Select 2 to 9 runs")


def test_it_asks_for_details_and_says_that_it_reads(view, sweep):
    wanted = heard(view.details_wanted)
    folders = tuple(Path(f"/runs/{number}") for number in range(3))
    view.ask_for(folders)
    assert wanted == [folders]
    assert view.text == "Reading 3 runs…"
    view.set_details(sweep)
    assert not view.text


def test_of_more_than_nine_runs_the_first_nine_are_compared(view):
    wanted = heard(view.details_wanted)
    view.ask_for(tuple(Path(f"/runs/{number}") for number in range(12)))
    assert len(wanted[0]) == 9
    assert view.note == "Only the first 9 of 12 runs are compared; select fewer to choose which."


def test_the_held_out_loss_of_every_run_is_drawn_first(view, mixed):
    view.set_details(mixed)
    (panel,) = view.curves.plot.panels
    assert view.curves.chosen == "held_out/total"
    assert [one.name for one in panel.series] == ["0 one", "1 two"]
    np.testing.assert_array_equal(panel.series[1].x, [80, 160])
    np.testing.assert_array_equal(panel.series[1].y, [3.0, 2.0])


def test_a_chosen_metric_and_page_stay_through_news(view, mixed):
    view.set_details(mixed)
    view.curves.choose("loss/total")
    view.show_page("settings")
    view.set_details(mixed)
    assert view.page == "settings"
    view.show_page("curves")
    assert view.curves.chosen == "loss/total"
    np.testing.assert_array_equal(view.curves.plot.panels[0].series[0].y, [6.0, 4.0])


def test_sheets_stand_side_by_side_at_the_same_images_seen(view, tmp_path):
    fast = new_detail(tmp_path, "fast", {}, steps=(10, 20, 30), batch=8)
    slow = new_detail(tmp_path, "slow", {}, steps=(5, 10), batch=16, slot=1)
    view.set_details((fast, slow))
    view.show_page("sheets")
    assert view.sheets.label == "240 images"
    assert [tile.remark for tile in view.sheets.grid.tiles] == ["at 240 images", "nearest: 160"]
    view.sheets.slider.setValue(0)
    assert [tile.path for tile in view.sheets.grid.tiles] == [fast.samples[0][1], slow.samples[0][1]]
    view.set_details((fast, slow))  # news leave the slider where it is
    assert view.sheets.label == "80 images"


def test_sheets_are_read_in_a_thread_and_painted(view, mixed, qtbot):
    view.set_details(mixed)
    view.show_page("sheets")

    def seen() -> set[str]:
        image = view.sheets.grid.grab().toImage()
        names = (image.pixelColor(x, y).name() for x in range(0, image.width(), 6) for y in range(0, image.height(), 6))
        return set(names) & set(COLOURS)

    qtbot.waitUntil(lambda: seen() == set(COLOURS[:2]), timeout=20_000)


def test_runs_without_samples_say_so(view, tmp_path):
    view.set_details(tuple(new_detail(tmp_path, name, {}, steps=(), losses=()) for name in "ab"))
    assert view.curves._none.text() == "None of these runs has measured anything yet."
    view.show_page("sheets")
    assert view.sheets.grid.text.startswith("None of these runs has samples yet.")


def test_only_settings_that_differ_are_listed(view, mixed):
    view.set_details(mixed)
    view.show_page("settings")
    table = view.settings.table
    cells = {
        table.verticalHeaderItem(row).text(): [table.item(row, column).text() for column in range(2)]
        for row in range(table.rowCount())
    }
    assert cells["data.flip"] == ["yes", "no"]
    assert cells["optimizer.lr"] == ["–", "0.0002"]
    assert cells["image.widths"] == ["8, 16", "8"]
    assert cells["Best held-out loss"] == ["2", "2"]
    assert "batch_size" not in cells
    assert view.settings.note == "3 settings differ."


def test_the_figures_of_a_sweep_are_offered_only_for_one(view, sweep, mixed):
    view.set_details(mixed)
    assert view.buttons["plot"].isHidden()
    assert view.buttons["pictures"].isHidden()
    view.set_details(sweep)
    assert not view.buttons["pictures"].isHidden()
    assert view.buttons["plot"].text() == "Loss against latent.dim"
    view.show_page("pictures")
    view.set_details(mixed)
    assert view.page == "curves"


def test_runs_that_differ_in_no_number_are_no_sweep(view, tmp_path):
    for values in ((True, False), ("a", "b"), (1, None), (1.0, math.nan)):
        details = [new_detail(tmp_path, f"run{number}", {"x": value}) for number, value in enumerate(values)]
        view.set_details(tuple(details))
        assert view.buttons["plot"].isHidden(), values


def test_the_loss_is_plotted_in_the_order_of_the_setting(view, sweep):
    view.set_details(sweep)
    view.show_page("plot")
    figure = view.plot.view.figure
    assert (figure.values, figure.losses) == ((2.0, 10.0, 150.0), (1.0, 2.0, 3.0))
    assert figure.title == "Best held_out/total against latent.dim"
    assert figure.is_log


def test_a_run_without_a_loss_is_named_as_missing(view, sweep, tmp_path):
    view.set_details((*sweep, new_detail(tmp_path, "z=5", {"latent.dim": 5}, losses=())))
    view.show_page("plot")
    assert view.plot.note == "1 of them without a held-out loss yet."


def test_pictures_stand_in_rows_of_images_and_columns_of_values(view, sweep):
    view.set_details(sweep)
    view.show_page("pictures")
    figure = view.pictures.figure
    assert figure.columns == ("2", "10", "150")
    assert [row.images_seen for row in figure.rows] == [80, 160]
    assert [path for _, path in figure.rows[1].sheets] == [run.samples[1][1] for run in (sweep[1], sweep[2], sweep[0])]
    view.pictures.whole.click()
    assert not view.pictures.figure.first


@pytest.mark.parametrize("page", ["plot", "pictures", "curves"])
def test_figures_are_written_as_png_and_svg(view, sweep, qtbot, tmp_path, page):
    view.set_details(sweep)
    view.show_page(page)
    widget = {"plot": view.plot, "pictures": view.pictures, "curves": view.curves}[page]
    told = heard(view.told)
    for kind in ("png", "svg"):
        widget.export.save(tmp_path / "out" / f"figure.{kind}")
        qtbot.waitUntil(lambda kind=kind: f"Saved figure.{kind}" in told, timeout=20_000)
    picture = QImage(str(tmp_path / "out" / "figure.png"))
    assert picture.width() > 500
    svg = (tmp_path / "out" / "figure.svg").read_text(encoding="utf-8")
    assert "<svg" in svg
    assert "<text" in svg
    if page == "plot":
        assert picture.size() == QSize(1280, 800)
        assert "latent.dim" in svg
        assert picture.pixelColor(3, 3) == QColor("white")
    if page == "pictures":
        assert svg.count("<image") == 6
        assert {picture.pixelColor(x, 200).name() for x in range(picture.width())} >= set(COLOURS)


def test_a_figure_that_cannot_be_written_says_why_and_what_to_do(view, sweep, qtbot, tmp_path):
    (tmp_path / "file").write_text("in the way")
    view.set_details(sweep)
    view.show_page("plot")
    told = heard(view.told)
    view.plot.export.save(tmp_path / "file" / "figure.png")
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert told == [f"{tmp_path / 'file' / 'figure.png'} could not be written: File exists; choose another place."]


def test_the_file_is_asked_for_without_blocking(view, sweep):
    view.set_details(sweep)
    view.show_page("plot")
    dialog = view.plot.export.ask_where("svg")
    assert Path(dialog.selectedFiles()[0]).name == "Best held_out total against latent.dim.svg"
    dialog.close()


def test_round_numbers_mark_the_axis():
    assert nice_ticks(0.0, 10.0) == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    assert nice_ticks(0.061, 0.129) == [0.08, 0.1, 0.12]
    assert nice_ticks(1.0, 1.0) == [1.0]


def test_values_near_each_other_are_not_spread_by_their_logarithm():
    assert not LossFigure("x", "loss", (1.0, 2.0, 5.0), (1.0, 1.0, 1.0)).is_log
    assert not LossFigure("x", "loss", (0.0, 200.0), (1.0, 1.0)).is_log


def test_the_store_hands_out_the_first_picture_or_the_sheet_in_the_size_that_was_asked(tmp_path):
    path = write_sheet(tmp_path / "step-000001.png", COLOURS[0])
    first, whole = fulfil(Wish(path, 40, 40, first=True)), fulfil(Wish(path, 100, 100))
    assert first.size() == QSize(40, 40)
    assert first.pixelColor(20, 20) == QColor(COLOURS[0])
    assert whole.size() == QSize(100, 52)
    assert fulfil(Wish(tmp_path / "none.png", 10, 10)).isNull()


def test_the_store_keeps_no_more_than_there_is_room_for(qtbot, tmp_path):
    store = PictureStore(room=3 * 40 * 40 * 4)
    wishes = [Wish(write_sheet(tmp_path / f"{n}.png", COLOURS[0]), 40, 40, first=True) for n in range(9)]
    for wish in wishes:
        qtbot.waitUntil(lambda wish=wish: store.picture(wish) is not None, timeout=20_000)
    assert store.kept_bytes <= 3 * 40 * 40 * 4
    store.close_down()
    assert store.picture(wishes[0]) is None


def test_everything_that_can_be_used_has_a_name(view, sweep):
    view.set_details(sweep)
    for name in ("curves", "sheets", "settings", "plot", "pictures"):
        view.show_page(name)
    widgets = [*view.buttons.values(), view.curves.metric_button, view.curves.log, view.curves.smoothing]
    widgets += [view.curves.export, view.plot.export, view.pictures.export, view.sheets.slider, view.sheets.grid]
    widgets += [view.settings.table, view.plot.view, view.pictures.view, view.pictures.first, view.pictures.whole]
    assert all(widget.accessibleName() for widget in widgets)
