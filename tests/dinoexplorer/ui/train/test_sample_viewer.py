"""The sample sheets of a run through time."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor

from dinoexplorer.ui.train.sample_viewer import SampleViewer
from dinoexplorer.ui.train.sheet_canvas import Cells
from dinoexplorer.ui.train.sheet_loader import Sheet, SheetLoader, read_sheet

SIDE, ROWS = 16, 4


def write_sheet(folder: Path, step: int, side: int = SIDE) -> tuple[int, Path]:
    """A sheet as training writes it; the red of a picture says its cell, the green the step."""
    sheet = Image.new("RGB", (8 * (side + 2) + 2, ROWS * (side + 2) + 2), "white")
    for cell in range(8 * ROWS):
        row, column = divmod(cell, 8)
        colour = (cell * 7, step, 0)
        sheet.paste(colour, _box(row, column, side))
    path = folder / f"step-{step:06d}.png"
    sheet.save(path)
    return step, path


def _box(row: int, column: int, side: int) -> tuple[int, int, int, int]:
    left, top = 2 + column * (side + 2), 2 + row * (side + 2)
    return left, top, left + side, top + side


@pytest.fixture
def samples(tmp_path) -> tuple[tuple[int, Path], ...]:
    return tuple(write_sheet(tmp_path, step) for step in (10, 20, 30, 40))


@pytest.fixture
def viewer(qtbot, samples) -> SampleViewer:
    viewer = SampleViewer()
    qtbot.addWidget(viewer)
    viewer.resize(500, 400)
    viewer.show()
    viewer.set_samples("/runs/a", samples)
    qtbot.waitUntil(lambda: green(viewer) == 40, timeout=20_000)
    yield viewer
    viewer.close_down()


def green(viewer: SampleViewer) -> int:
    """The step of the sheet on the screen."""
    return viewer.canvas.image.pixelColor(5, 5).green() if not viewer.canvas.image.isNull() else -1


def centre_of(viewer: SampleViewer, cell: int) -> QPoint:
    area, rect = viewer.canvas.area(), viewer.canvas.cells.rect(cell)
    scale = area.width() / viewer.canvas.image.width()
    return QPoint(round(area.left() + rect.center().x() * scale), round(area.top() + rect.center().y() * scale))


def colour_at(viewer: SampleViewer, point: QPoint) -> QColor:
    return viewer.canvas.grab().toImage().pixelColor(point)


def test_the_cells_of_a_sheet_are_known_by_its_size():
    cells = Cells.of(QSize(274, 138))
    assert (cells.side, cells.rows, cells.count) == (32, 4, 32)
    assert [cells.at(x, y) for x, y in ((3, 3), (272, 136), (36, 3), (-3, 3), (280, 3))] == [0, 31, 1, -1, -1]
    assert Cells.of(QSize(100, 100)) is None
    tall = Cells.of(QSize(1042, 1042))
    assert tall.name(9) == "Sample 10"
    assert tall.name(33) == "Original 2"
    assert tall.name(41) == "Reconstruction of original 2"


def test_the_newest_sheet_is_shown_and_newer_ones_replace_it(qtbot, viewer, samples, tmp_path):
    assert (viewer.step, viewer.label, viewer.newest.isChecked()) == (40, "step 40", True)
    viewer.set_samples("/runs/a", (*samples, write_sheet(tmp_path, 50)))
    qtbot.waitUntil(lambda: green(viewer) == 50, timeout=20_000)


def test_who_went_back_in_time_stays_there(qtbot, viewer, samples, tmp_path):
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Left)
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: green(viewer) == 20, timeout=20_000)
    viewer.set_samples("/runs/a", (*samples, write_sheet(tmp_path, 50)))
    assert (viewer.step, viewer.newest.isChecked()) == (20, False)
    qtbot.mouseClick(viewer.newest, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: green(viewer) == 50, timeout=20_000)


def test_the_slider_goes_through_time(qtbot, viewer):
    viewer.slider.setFocus()
    qtbot.keyClick(viewer.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: green(viewer) == 10, timeout=20_000)
    assert viewer.slider.accessibleDescription() == "step 10"


def test_playing_shows_every_sheet_and_ends_at_the_newest(qtbot, viewer):
    seen = []
    viewer.shown.connect(seen.append)
    qtbot.mouseClick(viewer.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not viewer.play.isChecked(), timeout=10_000)
    assert seen[:4] == [10, 20, 30, 40]
    assert viewer.newest.isChecked()


def test_a_click_shows_one_picture_alone_through_time(qtbot, viewer):
    qtbot.mouseClick(viewer.canvas, Qt.MouseButton.LeftButton, pos=centre_of(viewer, 9))
    assert viewer.canvas.cell == 9
    middle = viewer.canvas.rect().center()
    assert colour_at(viewer, middle).getRgb()[:3] == (63, 40, 0)
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: green(viewer) == 30, timeout=20_000)
    assert colour_at(viewer, middle).getRgb()[:3] == (63, 30, 0)
    assert viewer.whole.isVisible()
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert (viewer.canvas.cell, viewer.whole.isVisible()) == (-1, False)


def test_the_keyboard_chooses_a_picture(qtbot, viewer):
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(viewer.canvas, key)
    assert viewer.canvas.cell == 1
    assert viewer.canvas.toolTip() == "Sample 2"
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Up)
    assert viewer.canvas.cell == 0


def test_the_picture_under_the_pointer_is_outlined(qtbot, viewer):
    before = viewer.canvas.grab().toImage()
    qtbot.mouseMove(viewer.canvas, centre_of(viewer, 3))
    assert viewer.canvas.grab().toImage() != before
    assert viewer.canvas.toolTip() == "Sample 4"


def test_without_samples_it_says_what_brings_them(viewer):
    viewer.set_samples("/runs/b", ())
    assert viewer.canvas.text.startswith("No samples yet.")
    assert not viewer.play.isEnabled()


def test_another_run_begins_with_its_newest_and_the_whole_sheet(qtbot, viewer, samples):
    viewer.canvas.choose(5)
    viewer.slider.setValue(0)
    viewer.set_samples("/runs/b", samples[:2])
    qtbot.waitUntil(lambda: green(viewer) == 20, timeout=20_000)
    assert viewer.canvas.cell == -1


def test_a_sheet_that_is_gone_or_broken_says_so(qtbot, viewer, samples, tmp_path):
    samples[0][1].unlink()
    samples[1][1].write_bytes(samples[1][1].read_bytes()[:40])
    viewer.slider.setValue(0)
    gone = "step-000010.png cannot be shown: it is not there any more; the next sheet replaces it."
    qtbot.waitUntil(lambda: viewer.canvas.text == gone, timeout=20_000)
    viewer.slider.setValue(1)
    broken = "step-000020.png cannot be shown: it is not a whole picture; the next sheet replaces it."
    qtbot.waitUntil(lambda: viewer.canvas.text == broken, timeout=20_000)


def test_a_sheet_that_is_too_large_is_refused_before_it_is_read(samples):
    sheet = read_sheet(samples[0][1], largest=1000)
    assert sheet.image.isNull()
    assert sheet.problem == (
        "step-000010.png is 146 x 74 pixels, more than is shown here; open it from the folder of the run."
    )


def test_sheets_are_kept_within_their_room_and_read_anew_when_they_changed(qtbot, samples, tmp_path):
    loader = SheetLoader(room=2 * 146 * 74 * 4)
    loaded: list[Sheet] = []
    loader.loaded.connect(loaded.append)
    for count, (_, path) in enumerate(samples, 1):
        loader.want(path)
        qtbot.waitUntil(lambda count=count: len(loaded) == count, timeout=20_000)
        assert loader.kept_bytes <= 2 * 146 * 74 * 4
    loader.want(samples[3][1])
    qtbot.waitUntil(lambda: len(loaded) == 5, timeout=20_000)
    assert loaded[4] is loaded[3]
    write_sheet(tmp_path, 40, side=20)
    loader.want(samples[3][1])
    qtbot.waitUntil(lambda: len(loaded) == 6, timeout=20_000)
    assert loaded[5].image.width() == 178
    loader.close_down()


def test_of_many_wishes_only_the_last_is_read(qtbot, samples):
    loader = SheetLoader()
    loaded: list[Sheet] = []
    loader.loaded.connect(loaded.append)
    for _, path in samples:
        loader.want(path)
    qtbot.waitUntil(lambda: not loader.is_busy, timeout=20_000)
    assert [sheet.path for sheet in loaded] == [samples[0][1], samples[3][1]]
    loader.close_down()
