"""Fingers and touchpads on the map."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QTouchEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="module")
def screen(qapp):
    return QTest.createTouchDevice()


@pytest.fixture
def touch(desk, screen):
    """Fingers that press, move and release, each named by a number, at places of the canvas."""

    def act(*acts):
        sequence = QTest.touchEvent(desk.window, screen, False)
        for kind, finger, place in acts:
            getattr(sequence, kind)(finger, place, desk.canvas)
        sequence.commit()

    return act


def at(desk, place):
    return np.array(desk.canvas.view_transform.to_map(QPointF(place)))


def test_one_finger_steers_and_is_one_step(desk, touch):
    way = [desk.place(x, 0.4) for x in np.linspace(-0.6, 1.5, 6)]
    touch(("press", 1, way[0]))
    np.testing.assert_allclose(desk.latent, at(desk, way[0]), rtol=1e-5)
    for place in way[1:]:
        touch(("move", 1, place))
        np.testing.assert_allclose(desk.latent, at(desk, place), rtol=1e-5)
    touch(("release", 1, way[-1]))
    assert desk.undo_steps() == 1


def test_two_fingers_move_and_zoom_the_map_and_the_first_of_them_has_steered_nothing(desk, touch):
    before, view = desk.latent.copy(), desk.canvas.view_transform
    one, two = QPoint(90, 120), QPoint(150, 120)
    under = at(desk, one)
    touch(("press", 1, one))
    touch(("move", 1, one), ("press", 2, two))
    np.testing.assert_array_equal(desk.latent, before)
    wide = QPoint(70, 140), QPoint(190, 140)
    touch(("move", 1, wide[0]), ("move", 2, wide[1]))
    assert desk.canvas.view_transform.scale == pytest.approx(2 * view.scale)
    np.testing.assert_allclose(at(desk, wide[0]), under, atol=1e-6)  # what a finger holds stays under it
    touch(("move", 1, wide[0]), ("release", 2, wide[1]))
    touch(("move", 1, QPoint(20, 30)))
    touch(("release", 1, QPoint(20, 30)))
    np.testing.assert_array_equal(desk.latent, before)
    assert desk.undo_steps() == 0


def test_what_a_finger_has_steered_before_the_second_comes_stays(desk, touch):
    way = [desk.place(-0.6, 0.4), desk.place(1.0, 0.4)]
    touch(("press", 1, way[0]))
    touch(("move", 1, way[1]))
    steered = desk.latent.copy()
    touch(("move", 1, way[1]), ("press", 2, QPoint(30, 30)))
    touch(("release", 1, way[1]), ("release", 2, QPoint(30, 30)))
    np.testing.assert_array_equal(desk.latent, steered)
    assert desk.undo_steps() == 1


@pytest.mark.usefixtures("in_motion")
def test_a_tap_glides(desk, touch):
    place = desk.place(0.3, -0.2)
    touch(("press", 1, place))
    touch(("release", 1, place))
    assert desk.explorer.map_panel.pilot.gliding
    desk.qtbot.waitUntil(lambda: not desk.explorer.map_panel.pilot.gliding, timeout=5_000)
    np.testing.assert_allclose(desk.latent, at(desk, place), rtol=1e-5)
    assert desk.undo_steps() == 1


def test_two_fingers_on_a_touchpad_zoom_in_steps_as_fine_as_they_move(desk):
    view = desk.canvas.view_transform
    for _ in range(25):
        _scroll(desk.canvas, QPoint(0, 2))
    fine = desk.canvas.view_transform.scale / view.scale
    assert fine == pytest.approx(1.25)
    _scroll(desk.canvas, QPoint(0, -50))
    assert desk.canvas.view_transform.scale == pytest.approx(view.scale)


def test_pinching_on_a_touchpad_zooms_at_the_pointer(desk):
    view, where = desk.canvas.view_transform, QPointF(80, 90)
    under = view.to_map(where)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
        where, where, desk.canvas.mapToGlobal(where), 0.5, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(desk.canvas, event)
    assert desk.canvas.view_transform.scale == pytest.approx(1.5 * view.scale)
    np.testing.assert_allclose(desk.canvas.view_transform.to_map(where), under)


def test_a_finger_on_what_lies_over_the_map_does_not_steer(desk, touch):
    before = desk.latent.copy()
    view = desk.canvas.view_transform
    for _ in range(8):
        _scroll(desk.canvas, QPoint(0, 100))
    assert desk.canvas.view_transform.scale > view.scale
    minimap = desk.canvas._minimap
    assert minimap.isVisible()
    place = minimap.geometry().center()
    touch(("press", 1, place))
    touch(("release", 1, place))
    np.testing.assert_array_equal(desk.latent, before)


def test_when_the_screen_takes_the_touch_away_nothing_was_meant(desk, touch, screen):
    before = desk.latent.copy()
    touch(("press", 1, desk.place(0.3, -0.2)))
    assert not np.array_equal(desk.latent, before)
    QApplication.sendEvent(desk.canvas, QTouchEvent(QEvent.Type.TouchCancel, screen))
    np.testing.assert_array_equal(desk.latent, before)
    assert desk.undo_steps() == 0


def _scroll(widget, pixels):
    where = QPointF(80, 90)
    event = QWheelEvent(
        where, widget.mapToGlobal(where), pixels, pixels * 2, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.ScrollUpdate, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
