"""Several reports in the window: which, their table, their plot, and what is saved."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QPointF, QSizeF, Qt

from dinoexplorer.reports.comparing import Mark
from dinoexplorer.ui.report.comparison_page import ComparisonPage
from tests.training.evaluation._entries import figure, report, write

ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture
def home(tmp_path):
    """Five reports, the last one the newest; one on other pictures, and a folder with something else."""
    made = [
        report(figure("psnr", 20.0), figure("kernel[encoder]", 1.0), run="a", step=100),
        report(figure("psnr", 22.0), figure("kernel[encoder]", 2.0), run="a", step=200),
        report(figure("psnr", 21.0), figure("mse", 0.2), run="b & c", dim=9),
        report(figure("psnr", 30.0), run="elsewhere", fingerprint="other"),
        report(figure("psnr", 25.0), run="d", dim=20, family="wae"),
    ]
    for number, one in enumerate(made):
        os.utime(write(tmp_path / "reports" / str(number), one), (1000 + number, 1000 + number))
    (tmp_path / "reports" / "odd").mkdir()
    (tmp_path / "reports" / "odd" / "report.json").write_text("no report", "utf-8")
    return tmp_path / "reports"


@pytest.fixture
def page(qtbot, home):
    widget = ComparisonPage(home)
    widget.resize(1000, 600)
    qtbot.addWidget(widget, before_close_func=ComparisonPage.close_down)
    with qtbot.waitSignal(widget.list.changed):
        widget.show()
    return widget


def listed(page) -> dict[str, bool]:
    items = [page.list.items.item(row) for row in range(page.list.items.count())]
    return {item.text(): item.checkState() == Qt.CheckState.Checked for item in items}


def shown(page) -> list[str]:
    return [page.model.at(row).entry.label for row in range(page.model.rowCount())]


def column(page, name: str) -> int:
    heads = [page.model.headerData(place, Qt.Orientation.Horizontal) for place in range(page.model.columnCount())]
    return next(place for place, head in enumerate(heads) if head.split(" ")[0] == name)


def cells(page, name: str) -> list[str]:
    return [page.model.index(row, column(page, name)).data() for row in range(page.model.rowCount())]


def test_the_newest_reports_on_the_same_pictures_are_ticked_at_first(page):
    assert listed(page) == {
        "d step 100": True, "elsewhere step 100": False, "b & c step 100": True, "a step 200": True, "a step 100": True,
    }  # fmt: skip
    assert shown(page) == ["d step 100", "b & c step 100", "a step 200", "a step 100"]
    assert cells(page, "psnr") == ["25 ± 0.1  best", "21 ± 0.1", "22 ± 0.1", "20 ± 0.1"]
    assert cells(page, "mse") == ["–", "0.2 ± 0.1", "–", "–"]
    assert "Not ranked: kernel[encoder]: each is measured in the model's own encoder" in page.notes.text()


def test_a_click_anywhere_on_a_row_and_the_space_bar_turn_its_tick(page, qtbot):
    items = page.list.items
    place = items.visualItemRect(items.item(1)).center()
    qtbot.mouseClick(items.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "elsewhere step 100" in shown(page)
    assert "best" not in "".join(cells(page, "psnr"))  # other pictures: nobody is best
    assert "not measured on the same pictures" in page.notes.text()
    qtbot.keyClick(items, Qt.Key.Key_Space)
    assert "elsewhere step 100" not in shown(page)


def test_fewer_than_two_are_no_comparison(page, qtbot):
    qtbot.mouseClick(page.list.none, Qt.MouseButton.LeftButton)
    assert page.hint.isVisible()
    assert page.hint.text() == "Tick at least two reports at the left to see them beside each other."
    assert not page.table.isVisible()
    qtbot.mouseClick(page.list.all, Qt.MouseButton.LeftButton)
    assert len(shown(page)) == 5
    assert page.table.isVisible()


def test_the_table_is_ordered_by_any_figure_and_what_has_none_comes_last(page):
    page.table.sortByColumn(column(page, "psnr"), ASCENDING)
    assert shown(page) == ["a step 100", "b & c step 100", "a step 200", "d step 100"]
    page.table.sortByColumn(column(page, "kernel[encoder]"), DESCENDING)
    assert shown(page)[:2] == ["a step 200", "a step 100"]
    page.table.sortByColumn(column(page, "kernel[encoder]"), ASCENDING)
    assert shown(page)[:2] == ["a step 100", "a step 200"]


def test_a_new_report_appears_and_ticks_and_order_stay(page, qtbot, home):
    page.list.tick([home / "0", home / "1"])
    page.table.sortByColumn(column(page, "psnr"), ASCENDING)
    write(home / "new", report(figure("psnr", 23.0), run="new"))
    with qtbot.waitSignal(page.list.changed):
        page.refresh(home / "new")
    assert listed(page)["new step 100"] is False
    assert shown(page) == ["a step 100", "a step 200"]


def test_a_row_is_opened_alone(page, qtbot, home):
    with qtbot.waitSignal(page.opened) as opened:
        page.table.setFocus()
        page.table.setCurrentIndex(page.model.index(1, 0))
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert opened.args == [home / "2"]


def test_a_plot_joins_checkpoints_of_a_run_and_names_what_is_pointed_at(page, qtbot):
    qtbot.mouseClick(page.tabs.buttons["plot"], Qt.MouseButton.LeftButton)
    assert page.view == "plot"
    assert page.plot.figure.title == "psnr against images seen"
    assert {course.label for course in page.plot.figure.plot.courses} == {"a", "b & c step 100", "d step 100"}
    page.choose("psnr", "dim")
    assert page.axis_button.text() == "numbers of a code (z)"
    mark = next(part for part in page.plot.figure.parts(QSizeF(page.plot.size()))
                if isinstance(part, Mark) and part.label == "a step 200")  # fmt: skip
    assert page.plot.text_at(QPointF(mark.x + 3, mark.y)) == "a step 200"
    assert page.plot.text_at(QPointF(1, page.plot.height() - 1)) == ""
    image = page.plot.grab().toImage()
    ratio = image.devicePixelRatio()
    ground = image.pixelColor(2, 2)
    assert image.pixelColor(round(mark.x * ratio), round(mark.y * ratio)) != ground


def test_a_figure_is_chosen_from_the_menus(page):
    page.figure_button.choices().actions()[1].trigger()
    assert page.plot.figure.title == "kernel[encoder] against images seen"
    offered = page.axis_button.choices().actions()
    assert [action.isSeparator() for action in offered[:5]] == [False, False, False, True, False]
    chosen = {action.text(): action for action in offered}
    chosen["psnr"].trigger()
    assert page.plot.figure.title == "kernel[encoder] against psnr"
    assert chosen["psnr"].isChecked()


def test_a_plot_without_a_point_says_so(page):
    page.show_view("plot")
    page.choose("kernel[encoder]", "mse")
    assert page.no_point.isVisible()
    assert not page.plot.isVisible()
    assert not page.export_plot.isEnabled()
    page.choose("kernel[encoder]", "psnr")
    assert page.plot.isVisible()
    assert not page.no_point.isVisible()


def test_page_table_and_plot_are_saved(page, qtbot, tmp_path):
    for export, name, begins in (
        (page.export_page, "comparison.html", b"<!doctype html>"), (page.export_page, "comparison.csv", b"model,"),
        (page.export_plot, "plot.svg", b"<?xml"), (page.export_plot, "plot.png", b"\x89PNG"),
    ):  # fmt: skip
        path = tmp_path / name
        with qtbot.waitSignal(page.told) as told:
            export.save(path)
        assert told.args == [f"Saved {name}"]
        assert path.read_bytes().startswith(begins)
    with qtbot.waitSignal(page.told) as told:
        page.export_page.save(tmp_path / "nowhere" / "page.html")
    assert told.args[0].endswith("could not be written: No such file or directory; choose another place.")


def test_without_any_report_there_is_a_sentence(qtbot, tmp_path):
    widget = ComparisonPage(tmp_path / "nothing")
    qtbot.addWidget(widget, before_close_func=ComparisonPage.close_down)
    with qtbot.waitSignal(widget.list.changed):
        widget.show()
    assert widget.list.note == "No report was made yet. Evaluate a checkpoint on the page One."
    assert not widget.list.all.isEnabled()
