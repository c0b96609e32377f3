"""Looking through a dataset: filters, decisions that are on the disk at once, one picture large, the report."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, QSize, QStringListModel, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyle

from dinoexplorer.datasets.findings import Finding
from dinoexplorer.ui.dataset.browser import Browser
from dinoexplorer.ui.dataset.crop_view import CropView
from dinoexplorer.ui.dataset.grid_view import GridView
from dinoexplorer.ui.dataset.report_page import summary
from training.data.dataset import Choice, read_choices

_PATIENCE = 30_000
_CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def browser(window, dataset, qtbot):
    browser = Browser(window)
    with qtbot.waitSignal(browser.shown, timeout=_PATIENCE):
        browser.open(dataset)
    yield browser
    browser.close_down()


def names(browser) -> list[str]:
    return [Path(browser.collection.original(int(number)).name).name for number in browser.view.pictures.shown]


def choose(browser, *wanted: str) -> None:
    rows = [row for row, name in enumerate(names(browser)) if name in wanted]
    browser.view.select(browser.view.pictures.shown[rows])


def kept(browser, qtbot) -> dict[str, Choice]:
    """What the disk knows of decisions, by the last part of the name."""
    qtbot.waitUntil(lambda: not browser.decider.keeping.busy and not browser.sifting._work.busy, timeout=_PATIENCE)
    return {Path(key).name: choice for key, choice in read_choices(browser.collection.folder).items()}


def pick(browser, qtbot, control, key: str) -> None:
    with qtbot.waitSignal(browser.shown, timeout=_PATIENCE):
        control.choose(key)
        control.edited.emit(key)


def test_a_dataset_is_shown_with_its_figures(browser):
    assert browser.figures.text().split("   ") == ["12 taken", "2 left out", "2 classes", "32 x 32 pixels"]
    assert len(names(browser)) == 14
    assert browser.title.text() == "dinos"


def test_pictures_are_filtered_by_state_class_warning_and_name(browser, qtbot):
    pick(browser, qtbot, browser.filter.state, "left-out")
    assert names(browser) == ["tiny.png", "broken.png"]
    pick(browser, qtbot, browser.filter.code, "small")
    assert names(browser) == ["tiny.png"]
    browser.filter.clear()
    pick(browser, qtbot, browser.filter.label, "class:Trex")
    assert len(names(browser)) == 7
    with qtbot.waitSignal(browser.shown, timeout=_PATIENCE):
        qtbot.keyClicks(browser.filter.search, "-3")
    assert names(browser) == ["trex-3.png"]
    assert browser.filter.state.text() == "All (14)"


def test_leaving_out_is_on_the_disk_at_once_and_is_taken_back_and_done_again(browser, qtbot):
    choose(browser, "trex-1.png", "raptor-2.png")
    assert browser.deciding.count.text() == "2 selected"
    qtbot.keyClick(browser.view, Qt.Key.Key_Delete)
    assert kept(browser, qtbot) == {"raptor-2.png": Choice(included=False), "trex-1.png": Choice(included=False)}
    assert browser.figures.text().startswith("10 taken   4 left out")
    assert browser.view.chosen_count() == 2
    qtbot.keyClick(browser.view, Qt.Key.Key_Z, _CONTROL)
    assert kept(browser, qtbot) == {}
    qtbot.keyClick(browser.view, Qt.Key.Key_Y, _CONTROL)
    assert len(kept(browser, qtbot)) == 2
    qtbot.keyClick(browser.view, Qt.Key.Key_Z, _CONTROL)
    qtbot.keyClick(browser.view, Qt.Key.Key_Z, _CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert len(kept(browser, qtbot)) == 2
    assert browser.notice.text() == ""


def test_taking_what_was_left_out_asks_to_prepare_again(browser, qtbot):
    choose(browser, "tiny.png")
    qtbot.keyClick(browser.view, Qt.Key.Key_Insert)
    assert kept(browser, qtbot) == {"tiny.png": Choice(included=True)}
    assert browser.notice.text() == "1 change waits until the dataset is prepared again."
    with qtbot.waitSignal(browser.again_wanted) as again:
        qtbot.mouseClick(browser.again, Qt.MouseButton.LeftButton)
    assert again.args == [browser.collection.folder]


def test_a_class_is_typed_for_all_that_are_selected(browser, qtbot):
    choose(browser, "trex-1.png", "trex-2.png")
    assert browser.deciding.label.text() == "Trex"
    qtbot.keyClick(browser.view, Qt.Key.Key_F2)
    assert browser.window().focusWidget() is browser.deciding.label
    browser.deciding.label.setText("Raptor")  # typed letter by letter its list would drop down
    qtbot.keyClick(browser.deciding.label, Qt.Key.Key_Return)
    assert kept(browser, qtbot) == {"trex-1.png": Choice(label="Raptor"), "trex-2.png": Choice(label="Raptor")}
    pick(browser, qtbot, browser.filter.label, "class:Raptor")
    assert {"trex-1.png", "trex-2.png"} < set(names(browser))


def test_what_is_left_out_leaves_the_list_of_those_taken_and_the_next_is_at_hand(browser, qtbot):
    pick(browser, qtbot, browser.filter.state, "taken")
    choose(browser, "raptor-1.png")
    with qtbot.waitSignal(browser.shown, timeout=_PATIENCE):
        qtbot.keyClick(browser.view, Qt.Key.Key_Delete)
    assert "raptor-1.png" not in names(browser)
    assert browser.view.chosen_count() == 0
    assert Path(browser.collection.original(browser.view.current()).name).name == "raptor-2.png"
    assert len(kept(browser, qtbot)) == 1


def test_all_are_selected_by_their_key_and_not_the_window(browser, qtbot):
    qtbot.keyClick(browser.view, Qt.Key.Key_A, _CONTROL)
    assert browser.view.chosen_count() == 14


def test_a_picture_is_shown_beside_its_original_and_cut_out_elsewhere(browser, qtbot):
    choose(browser, "trex-1.png")
    qtbot.keyClick(browser.view, Qt.Key.Key_Return)
    original = browser.page.original
    qtbot.waitUntil(lambda: original.crop is not None, timeout=_PATIENCE)
    assert original.crop == (16.0, 0.0, 80.0, 64.0)
    assert "96 x 64" in browser.page.text.text()
    qtbot.keyClick(original, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert original.crop == pytest.approx((26.0, 0.0, 90.0, 64.0))
    assert kept(browser, qtbot)["trex-1.png"].crop == pytest.approx((26.0, 0.0, 90.0, 64.0))
    assert browser.notice.text() == "1 change waits until the dataset is prepared again."
    qtbot.keyClick(original, Qt.Key.Key_Z, _CONTROL)
    assert original.crop == (16.0, 0.0, 80.0, 64.0)
    assert kept(browser, qtbot) == {}
    qtbot.keyClick(original, Qt.Key.Key_PageDown)
    assert browser.page.number == browser.view.current()
    qtbot.keyClick(browser.window().focusWidget(), Qt.Key.Key_Escape)
    assert not browser.page.isVisible()
    assert browser.isVisible()
    qtbot.keyClick(browser.window().focusWidget(), Qt.Key.Key_Escape)
    assert browser.isHidden()


def test_an_original_that_is_gone_is_said_in_its_place(browser, pictures, qtbot):
    (pictures / "Trex" / "trex-1.png").unlink()
    choose(browser, "trex-1.png")
    qtbot.keyClick(browser.view, Qt.Key.Key_Return)
    said = f"The original of Trex/trex-1.png is not in {pictures} any more."
    qtbot.waitUntil(lambda: browser.page.original._text == said, timeout=_PATIENCE)


def test_pictures_that_a_map_names_are_selected_whatever_the_filter(browser, dataset, qtbot):
    pick(browser, qtbot, browser.filter.state, "left-out")
    browser.open(dataset, ["Trex/trex-4.png"])
    qtbot.waitUntil(lambda: browser.view.chosen_count() == 1, timeout=_PATIENCE)
    assert Path(browser.collection.original(int(browser.view.chosen()[0])).name).name == "trex-4.png"
    browser.open(dataset, ["nobody.png"])
    assert browser.notice.text() == "nobody.png is not in this dataset."


def test_names_for_the_map_are_told(browser, pictures, qtbot):
    choose(browser, "trex-0.png")
    with qtbot.waitSignal(browser.map_wanted) as wanted:
        qtbot.mouseClick(browser.deciding.map_button, Qt.MouseButton.LeftButton)
    assert wanted.args == [["Trex/trex-0.png", f"{pictures}/Trex/trex-0.png"]]


def test_the_place_of_one_prepared_picture_is_wanted_by_button_and_key(browser, dataset, qtbot):
    choose(browser, "trex-0.png")
    with qtbot.waitSignal(browser.place_wanted) as wanted:
        qtbot.mouseClick(browser.deciding.place_button, Qt.MouseButton.LeftButton)
    (path,) = wanted.args
    assert path == browser.collection.picture(int(browser.view.chosen()[0]))
    assert path.is_file()
    with qtbot.waitSignal(browser.place_wanted) as wanted:
        qtbot.keyClick(browser.view, Qt.Key.Key_I)
    assert wanted.args == [path]
    qtbot.keyClick(browser.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert not browser.deciding.place_button.isEnabled()
    qtbot.keyClick(browser.view, Qt.Key.Key_I)
    assert browser.notice.text() == "Select one picture to find its place."


def test_a_picture_that_was_left_out_has_none_to_find_the_place_of(browser, qtbot):
    choose(browser, "tiny.png")
    qtbot.keyClick(browser.view, Qt.Key.Key_I)
    assert browser.notice.text() == (
        "It was left out, so there is no prepared picture; drop the original on the window to find its place."
    )


def test_a_folder_that_is_no_dataset_says_so(window, tmp_path, qtbot):
    browser = Browser(window)
    browser.open(tmp_path)
    qtbot.waitUntil(lambda: "is no dataset that can be read" in browser.notice.text(), timeout=_PATIENCE)
    assert not browser.train.isEnabled()
    browser.close_down()


def test_a_disk_that_refuses_is_said(browser, monkeypatch, qtbot):
    def refuse(_folder: Path, _choices: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dinoexplorer.ui.dataset.set_work.save_choices", refuse)
    choose(browser, "trex-1.png")
    qtbot.keyClick(browser.view, Qt.Key.Key_Delete)
    said = "What was decided could not be saved: No space left on device. Make room, then decide once more."
    qtbot.waitUntil(lambda: browser.notice.text() == said, timeout=_PATIENCE)


def test_thumbnails_are_painted(browser, dataset, qtbot):
    def painted() -> bool:
        record = browser.collection.original(0)
        expected = QImage(str(dataset / record.file)).pixelColor(16, 16)
        image = browser.view.viewport().grab().toImage()
        ratio = image.devicePixelRatio()
        rect = browser.view.visualRect(browser.view.pictures.index(0, 0))
        found = image.pixelColor(round((rect.left() + 6 + 48) * ratio), round((rect.top() + 6 + 48) * ratio))
        return abs(found.red() - expected.red()) + abs(found.green() - expected.green()) < 40

    qtbot.waitUntil(painted, timeout=_PATIENCE)


# The report


CHECK = """
import json
print(json.dumps({"progress": {"what": "noise", "done": 1, "total": 2}}), flush=True)
print(json.dumps({"findings": [
 {"name": "Noise", "level": "green", "sentence": "There is little.", "advice": "Nothing to do.", "pictures": {}},
 {"name": "Split", "level": "red", "sentence": "3 copies.", "advice": "Remove them.", "pictures": {}}], "missed": []}))
"""


def test_the_report_lists_the_worst_first_with_what_to_do(window, dataset, qtbot):
    browser = Browser(window, [sys.executable, "-c", CHECK])
    with qtbot.waitSignal(browser.report.checked, timeout=_PATIENCE):
        browser.open(dataset, report=True)
    assert [finding.name for finding in browser.report.findings] == ["Split", "Noise"]
    assert browser.report.said.text() == "1 to mend first; 1 is well."
    assert browser.report.check.text() == "Check again"
    browser.close_down()


def test_the_real_check_is_understood(browser, qtbot):
    browser.show_tab("report")
    with qtbot.waitSignal(browser.report.checked, timeout=60_000):
        qtbot.mouseClick(browser.report.check, Qt.MouseButton.LeftButton)
    assert "Number of pictures" in {finding.name for finding in browser.report.findings}
    assert all(path.is_file() for finding in browser.report.findings for path in finding.pictures.values())


def test_a_check_is_cancelled_at_once_and_a_failure_is_said(window, dataset, qtbot):
    browser = Browser(window, [sys.executable, "-c", "import signal; signal.pause()"])
    browser.open(dataset, report=True)
    qtbot.mouseClick(browser.report.cancel, Qt.MouseButton.LeftButton)
    assert browser.report.said.text() == "Cancelled."
    assert browser.report.check.isVisible()
    browser.report._command = [sys.executable, "-c", "import sys; sys.exit('dinotrain: no pictures')"]
    with qtbot.waitSignal(browser.report.checked, timeout=_PATIENCE):
        browser.report.begin()
    assert browser.report.said.text() == "The dataset could not be checked: no pictures."
    browser.close_down()


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ("green green", "All 2 checks are well."),
        ("red amber green", "1 to mend first and 1 to look at; 1 is well."),
        ("amber", "1 to look at; 0 are well."),
    ],
)
def test_the_report_is_summed_up(levels, sentence):
    assert summary([Finding("x", level, "") for level in levels.split()]) == sentence  # type: ignore[arg-type]


# The crop


@pytest.fixture
def crop(qtbot):
    view = CropView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show_original(QImage(200, 100, QImage.Format.Format_RGB32), QSize(400, 200), (100.0, 0.0, 300.0, 200.0))
    return view


def test_the_square_is_dragged_and_stays_inside(crop, qtbot):
    start, end = crop.to_screen(200, 100).toPoint(), crop.to_screen(390, 190).toPoint()
    with qtbot.waitSignal(crop.cropped) as cropped:
        qtbot.mousePress(crop, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(crop, end)
        qtbot.mouseRelease(crop, Qt.MouseButton.LeftButton, pos=end)
    assert cropped.args == [(200.0, 0.0, 400.0, 200.0)]


def test_a_corner_resizes_it_to_a_square(crop, qtbot):
    corner, end = crop.to_screen(300, 200).toPoint(), crop.to_screen(200, 100).toPoint()
    qtbot.mousePress(crop, Qt.MouseButton.LeftButton, pos=corner)
    qtbot.mouseMove(crop, end)
    qtbot.mouseRelease(crop, Qt.MouseButton.LeftButton, pos=end)
    left, top, right, bottom = crop.crop
    assert (left, top) == (100.0, 0.0)
    assert right - left == pytest.approx(bottom - top)
    assert right == pytest.approx(200, abs=4)


def test_a_click_beside_it_or_without_a_move_decides_nothing(crop, qtbot):
    with qtbot.assertNotEmitted(crop.cropped):
        qtbot.mouseClick(crop, Qt.MouseButton.LeftButton, pos=crop.to_screen(200, 100).toPoint())
        qtbot.mouseClick(crop, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))


@pytest.mark.parametrize("keys", ["++++++++++++", "-" * 200, "↑←" * 200])
def test_keys_keep_it_a_square_inside_the_picture(crop, qtbot, keys):
    codes = {"+": Qt.Key.Key_Plus, "-": Qt.Key.Key_Minus, "↑": Qt.Key.Key_Up, "←": Qt.Key.Key_Left}
    for key in keys:
        qtbot.keyClick(crop, codes[key])
    left, top, right, bottom = crop.crop
    assert 0 <= left < right <= 400
    assert 0 <= top < bottom <= 200
    assert right - left == pytest.approx(bottom - top)
    assert right - left >= 8


# The grid


class _Grid(GridView):
    def paint_tile(self, painter: QPainter, option, index) -> None:  # noqa: ARG002  as it is called
        chosen = option.state & QStyle.StateFlag.State_Selected
        painter.fillRect(option.rect.adjusted(1, 1, -1, -1), QColor("red" if chosen else "blue"))


@pytest.fixture
def grid(qtbot):
    view = _Grid()
    qtbot.addWidget(view)
    view.set_tile(QSize(50, 40))
    view.resize(230, 200)
    view.setModel(QStringListModel([str(number) for number in range(1001)], view))
    view.show()
    qtbot.waitExposed(view)
    return view


def test_tiles_stand_in_lines_and_are_found_where_they_stand(grid):
    assert grid.columns == 4
    assert grid.verticalScrollBar().maximum() == 251 * 40 - grid.viewport().height()
    for row in (0, 5, 1000):
        index = grid.model().index(row, 0)
        grid.scrollTo(index)
        rect = grid.visualRect(index)
        assert grid.viewport().rect().contains(rect)
        assert grid.indexAt(rect.center()).row() == row
    assert not grid.indexAt(QPoint(205, 10)).isValid()


def test_a_tile_that_has_just_been_put_there_is_brought_into_sight(grid):
    grid.model().setStringList([str(number) for number in range(5000)])
    index = grid.model().index(4000, 0)
    grid.scrollTo(index)
    assert grid.viewport().rect().contains(grid.visualRect(index))


@pytest.mark.parametrize(
    ("key", "start", "row"),
    [("Down", 0, 4), ("Up", 2, 2), ("Right", 7, 8), ("Left", 0, 0), ("End", 3, 1000), ("Home", 900, 0),
     ("PgDown", 0, 20), ("Down", 1000, 1000), ("PgUp", 3, 0)],
)  # fmt: skip
def test_the_arrow_keys_walk(grid, qtbot, key, start, row):
    codes = {"PgDown": Qt.Key.Key_PageDown, "PgUp": Qt.Key.Key_PageUp}
    grid.setCurrentIndex(grid.model().index(start, 0))
    qtbot.keyClick(grid, codes.get(key) or getattr(Qt.Key, f"Key_{key}"))
    assert grid.currentIndex().row() == row
    assert grid.viewport().rect().intersects(grid.visualRect(grid.currentIndex()))


def test_a_rectangle_selects_what_it_touches(grid):
    grid.setSelection(QRect(QPoint(60, 10), QPoint(140, 90)), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert sorted(index.row() for index in grid.selectedIndexes()) == [1, 2, 5, 6, 9, 10]


def test_what_is_selected_is_painted_so(grid, qtbot):
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(75, 20))
    image = grid.viewport().grab().toImage()
    assert image.pixelColor(75, 20) == QColor("red")
    assert image.pixelColor(25, 20) == QColor("blue")


def test_a_wider_window_keeps_the_first_tile_in_sight(grid, qtbot):
    grid.verticalScrollBar().setValue(100 * 40)
    grid.resize(430, 200)
    assert grid.columns == 8
    assert grid.indexAt(QPoint(5, 5)).row() <= 400 < grid.indexAt(QPoint(5, 5)).row() + 8
