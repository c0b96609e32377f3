"""Painting over a picture with the mouse and with the keys, and what is seen of it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from dinoexplorer.ui.brush import BrushBar, Canvas, ColourSheet, MaskSheet

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip
SIDE = 64


@pytest.fixture
def canvas(qtbot):
    """A grey picture of 64 pixels, shown with 5 pixels of the screen each."""
    made = Canvas(MaskSheet(SIDE, SIDE))
    qtbot.addWidget(made)
    made.show_picture(np.full((SIDE, SIDE, 3), 128, np.uint8))
    made.resize(5 * SIDE + 8, 5 * SIDE + 8)
    made.set_radius(4)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


def at(canvas, x, y):
    return canvas.to_screen((x, y)).toPoint()


def stroke(canvas, places, button=LEFT, modifier=Qt.KeyboardModifier.NoModifier):
    points = [at(canvas, *place) for place in places]
    QTest.mousePress(canvas, button, modifier, points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
        QApplication.sendPostedEvents()
    QTest.mouseRelease(canvas, button, modifier, points[-1])


def seen(canvas):
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def press(canvas, key, times=1, modifier=Qt.KeyboardModifier.NoModifier):
    for _ in range(times):
        QTest.keyClick(canvas, key, modifier)


def test_a_drag_paints_the_pixels_under_the_brush(canvas):
    stroke(canvas, [(10, 20), (30, 20), (50, 40)])
    wanted = MaskSheet(SIDE, SIDE)
    wanted.begin()
    wanted.line((10, 20), (30, 20), 4)
    wanted.line((30, 20), (50, 40), 4)
    different = canvas.sheet.mask != wanted.mask
    assert canvas.sheet.mask.sum() > 300
    assert different.sum() < 12  # places on the screen are whole pixels


def test_the_right_button_and_alt_erase_and_shift_draws_a_rectangle(canvas):
    stroke(canvas, [(10, 10), (50.5, 40.5)], modifier=SHIFT)
    wanted = np.zeros((SIDE, SIDE), bool)
    wanted[10:41, 10:51] = True
    assert np.array_equal(canvas.sheet.mask, wanted)
    stroke(canvas, [(20, 20)], RIGHT)
    assert not canvas.sheet.mask[20, 20]
    stroke(canvas, [(40, 30)], modifier=ALT)
    assert not canvas.sheet.mask[30, 40]
    assert canvas.sheet.mask[12, 12]


def test_what_is_painted_is_striped_with_a_light_outline_and_the_rest_is_as_it_was(canvas):
    canvas.clearFocus()
    before = seen(canvas)
    stroke(canvas, [(16, 16), (47.5, 47.5)], modifier=SHIFT)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    canvas.clearFocus()
    after = seen(canvas)
    changed = (before != after).any(axis=2)
    inside = canvas.area().toRect()
    first, last = 16 * 5 + inside.left(), 48 * 5 + inside.left()
    assert changed[first + 4 : last - 4, first + 4 : last - 4].mean() > 0.95
    assert not changed[: first - 6].any()
    assert after[first - 1, (first + last) // 2].min() > 220  # the outline
    middle = after[first + 10 : last - 10, first + 10 : last - 10]
    assert middle.min() < 100
    assert middle.max() > 130


def test_every_pixel_of_the_picture_is_a_square_at_any_scale(canvas):
    canvas.set_radius(0.5)
    stroke(canvas, [(32.5, 32.5)])
    assert canvas.sheet.mask.sum() == 1
    canvas.resize(12 * SIDE + 8, 12 * SIDE + 8)
    canvas.clearFocus()
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    area = canvas.area().toRect()
    around = seen(canvas)[area.top() + 31 * 12 : area.top() + 34 * 12, area.left() + 31 * 12 : area.left() + 34 * 12]
    dark = (around < 120).all(axis=2)
    assert dark[12:24, 12:24].sum() > 60
    dark[12:24, 12:24] = False
    assert not dark.any()


def test_keys_move_the_brush_and_paint_and_erase(canvas):
    assert "The brush is at 32, 32," in canvas.accessibleDescription()
    press(canvas, Qt.Key.Key_Left, 3)
    assert "The brush is at 29, 32," in canvas.accessibleDescription()
    press(canvas, Qt.Key.Key_Up, 1, SHIFT)
    assert "The brush is at 29, 27," in canvas.accessibleDescription()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    press(canvas, Qt.Key.Key_Right, 10)
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    press(canvas, Qt.Key.Key_Down, 20)
    wanted = MaskSheet(SIDE, SIDE)
    wanted.line((29, 27), (39, 27), 4)
    assert np.array_equal(canvas.sheet.mask, wanted.mask)
    press(canvas, Qt.Key.Key_Up, 20)
    press(canvas, Qt.Key.Key_Delete)
    assert not canvas.sheet.mask[27, 39]
    assert "%" in canvas.accessibleDescription()
    assert "The brush is at 39, 27, 8 pixels wide" in canvas.accessibleDescription()


def test_a_rectangle_by_keys_and_escape_that_gives_it_up(canvas):
    press(canvas, Qt.Key.Key_R)
    press(canvas, Qt.Key.Key_Right, 6)
    press(canvas, Qt.Key.Key_Down, 4)
    press(canvas, Qt.Key.Key_Escape)
    assert canvas.sheet.empty
    press(canvas, Qt.Key.Key_R)
    press(canvas, Qt.Key.Key_Left, 6)
    press(canvas, Qt.Key.Key_Up, 4)
    press(canvas, Qt.Key.Key_R)
    assert canvas.sheet.mask.sum() == 24
    assert canvas.sheet.mask[32:36, 32:38].all()


def test_escape_gives_a_stroke_up_in_the_midst_of_it(canvas):
    QTest.mousePress(canvas, LEFT, Qt.KeyboardModifier.NoModifier, at(canvas, 20, 20))
    assert not canvas.sheet.empty
    press(canvas, Qt.Key.Key_Escape)
    QTest.mouseMove(canvas, at(canvas, 50, 50))
    QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.NoModifier, at(canvas, 50, 50))
    assert canvas.sheet.empty
    assert not canvas.sheet.can_undo


def test_control_z_takes_strokes_back_and_control_shift_z_or_y_paints_them_again(canvas):
    stroke(canvas, [(20, 20)])
    stroke(canvas, [(40, 40)])
    press(canvas, Qt.Key.Key_Z, 1, CTRL)
    assert canvas.sheet.mask[20, 20]
    assert not canvas.sheet.mask[40, 40]
    press(canvas, Qt.Key.Key_Z, 1, CTRL)
    assert canvas.sheet.empty
    press(canvas, Qt.Key.Key_Z, 1, CTRL | SHIFT)
    press(canvas, Qt.Key.Key_Y, 1, CTRL)
    assert canvas.sheet.mask[40, 40]


def test_the_wheel_and_brackets_change_the_width_within_bounds(canvas, qtbot):
    with qtbot.waitSignal(canvas.radius_changed):
        press(canvas, Qt.Key.Key_BracketRight)
    assert canvas.radius > 4
    for turn in (-120, 120):
        where = QPointF(50, 50)
        event = QWheelEvent(
            where, where, QPoint(), QPoint(0, 60 * turn), LEFT & RIGHT, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)
        assert canvas.radius == (0.5 if turn < 0 else SIDE / 2)


def test_a_canvas_over_another_picture_paints_where_that_lies(qtbot):
    below = QWidget()
    qtbot.addWidget(below)
    below.resize(300, 200)
    over = Canvas(MaskSheet(10, 10), below, place=lambda: QRectF(100, 50, 100, 100))
    over.setGeometry(below.rect())
    over.set_radius(0.5)
    below.show()
    qtbot.waitExposed(below)
    assert over.scale == 10
    QTest.mouseClick(over, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(145, 75))
    assert np.argwhere(over.sheet.mask).tolist() == [[2, 4]]


def test_colours_are_seen_and_alt_asks_for_a_place(canvas, qtbot):
    canvas.set_sheet(ColourSheet(SIDE, SIDE, (255, 0, 0)))
    stroke(canvas, [(20, 20)])
    x, y = at(canvas, 20, 20).toTuple()
    assert seen(canvas)[y + 6, x + 6, 0] > 230
    assert seen(canvas)[y + 6, x + 6, 1] < 30
    with qtbot.waitSignal(canvas.place_asked) as asked:
        stroke(canvas, [(40, 44)], modifier=ALT)
    assert asked.args == pytest.approx([40, 44], abs=0.2)
    assert not canvas.sheet.rgba[44, 40].any()


def test_what_is_painted_can_be_shown_faintly(canvas):
    canvas.set_sheet(ColourSheet(SIDE, SIDE, (255, 0, 0)))
    stroke(canvas, [(20, 20)])
    x, y = at(canvas, 20, 20).toTuple()
    canvas.set_opacity(0.4)
    assert 150 < seen(canvas)[y + 6, x + 6, 0] < 200
    canvas.set_opacity(1.0)
    assert seen(canvas)[y + 6, x + 6, 0] > 230


def test_another_sheet_shows_the_first_below_and_keeps_the_brush(canvas):
    stroke(canvas, [(20, 20)])
    mask = canvas.sheet
    canvas.set_sheet(ColourSheet(SIDE, SIDE), (mask,))
    assert canvas.radius == 4
    x, y = at(canvas, 20, 20).toTuple()
    assert (seen(canvas)[y - 10 : y + 10, x - 10 : x + 10] != 128).any()
    stroke(canvas, [(50, 50)])
    assert not mask.mask[50, 50]


@pytest.fixture
def bar(canvas, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    made = BrushBar(canvas, window)
    QVBoxLayout(window).addWidget(made)
    window.show()
    yield made
    window.close()


def test_the_row_follows_the_canvas_and_steers_it(canvas, bar):
    assert bar.figure.text() == "8 px"
    assert not bar.undo.isEnabled()
    stroke(canvas, [(20, 20)])
    assert bar.undo.isEnabled()
    share = canvas.sheet.share
    bar.invert.click()
    assert canvas.sheet.share == 1 - share
    bar.clear.click()
    assert canvas.sheet.empty
    assert not bar.clear.isEnabled()
    bar.undo.click()
    bar.undo.click()
    assert canvas.sheet.share == share
    bar.redo.click()
    assert canvas.sheet.share == 1 - share
    bar.erase.click()
    stroke(canvas, [(50, 50)])
    assert not canvas.sheet.mask[50, 50]
    bar.breadth.value_dragged.emit(10.0)
    assert canvas.radius == 10
    assert bar.figure.text() == "20 px"
    canvas.set_sheet(ColourSheet(SIDE, SIDE))
    assert not bar.invert.isVisible()


@pytest.mark.parametrize("way", ["clearFocus", "hide"])
def test_a_brush_that_is_hidden_or_left_ends_its_stroke(canvas, way):
    QTest.keyPress(canvas, Qt.Key.Key_Space)  # which may be let go elsewhere
    assert canvas.sheet.painting
    getattr(canvas, way)()
    assert not canvas.sheet.painting
    assert canvas.sheet.can_undo
