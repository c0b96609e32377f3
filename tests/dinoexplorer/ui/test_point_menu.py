"""What a right click on a point of the map offers, and what comes of it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

POINT = 11
RIGHT = Qt.MouseButton.RightButton
pops_up = pytest.mark.qt_log_ignore("does not support (propagate|raise|grabbing)")


@pytest.fixture
def panel(desk):
    return desk.explorer.map_panel


def at_point(desk, panel) -> QPoint:
    return desk.place(*map(float, panel.steering.map.xy[POINT]))


def right_click(desk, panel) -> QMenu:
    desk.qtbot.mouseClick(panel.canvas, RIGHT, pos=at_point(desk, panel))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, name: str) -> None:
    (action,) = (action for action in menu.actions() if action.objectName() == name)
    action.trigger()
    menu.close()


@pops_up
def test_go_there_goes_to_that_very_image_in_one_step(desk, panel):
    steps = desk.undo_steps()
    choose(right_click(desk, panel), "go")
    np.testing.assert_array_equal(desk.latent, panel.steering.map.latents[POINT])
    assert desk.undo_steps() == steps + 1


@pops_up
def test_a_point_is_kept_as_a_pin_and_put_into_the_mix_while_the_place_stays(desk, panel):
    before = desk.latent
    choose(right_click(desk, panel), "pin")
    choose(right_click(desk, panel), "mix")
    wanted = panel.steering.map.latents[POINT]
    np.testing.assert_array_equal(desk.explorer.document.pins[-1].latent, wanted)
    ((_, mixed),) = desk.explorer.desks.mixing.mix.named
    np.testing.assert_array_equal(mixed, wanted)
    assert desk.latent is before


@pops_up
def test_its_nearest_images_are_listed(desk, panel):
    choose(right_click(desk, panel), "nearest")
    desk.qtbot.waitUntil(lambda: POINT in panel.tools.neighbours.indices, timeout=20_000)
    assert panel.tools.neighbours.isVisible()


@pops_up
def test_a_point_without_a_name_cannot_be_shown_in_a_dataset(desk, panel):
    menu = right_click(desk, panel)
    (action,) = (action for action in menu.actions() if action.objectName() == "dataset")
    assert not action.isEnabled()
    menu.close()


@pops_up
@pytest.mark.parametrize(("chosen", "shown"), [([], [POINT]), ([3, POINT], [3, POINT]), ([3, 4], [POINT])])
def test_the_dataset_is_asked_for_the_point_or_for_all_it_is_chosen_with(desk, panel, chosen, shown):
    panel.tools._selection.choose_points(np.array(chosen, np.intp))
    desk.qtbot.waitUntil(lambda: not panel.tools.working and len(panel.selection) == len(chosen), timeout=20_000)
    asked = []
    desk.explorer.points.dataset_wanted.connect(lambda points: asked.append(points.tolist()))
    menu = right_click(desk, panel)
    (action,) = (action for action in menu.actions() if action.objectName() == "dataset")
    action.setEnabled(True)  # the images of this map have no names
    choose(menu, "dataset")
    assert asked == [shown]


def test_without_its_dataset_the_line_at_the_bottom_says_why(desk, panel):
    desk.explorer.points.dataset_wanted.emit(np.array([POINT], np.intp))
    said = "What disc was trained on is not known, or not on this machine."
    desk.qtbot.waitUntil(lambda: desk.window.status_line.message == said, timeout=20_000)


def test_a_right_drag_moves_the_map_and_offers_nothing(desk, panel):
    start, before = at_point(desk, panel), panel.canvas.view_transform
    desk.qtbot.mousePress(panel.canvas, RIGHT, pos=start)
    desk.qtbot.mouseMove(panel.canvas, start + QPoint(40, 10))
    desk.qtbot.mouseRelease(panel.canvas, RIGHT, pos=start + QPoint(40, 10))
    assert panel.canvas.view_transform != before
    assert QApplication.activePopupWidget() is None


def test_a_right_click_beside_the_points_offers_nothing(desk, panel):
    desk.qtbot.mouseClick(panel.canvas, RIGHT, pos=QPoint(2, 2))
    assert QApplication.activePopupWidget() is None


@pops_up
def test_the_menu_key_offers_the_point_where_we_stand(desk, panel):
    desk.click_map(*map(float, panel.steering.map.xy[POINT]))
    desk.wait_for_marker()
    panel.canvas.contextMenuEvent(
        QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), panel.canvas.mapToGlobal(QPointF()).toPoint())
    )
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    choose(menu, "pin")
    np.testing.assert_array_equal(desk.explorer.document.pins[-1].latent, panel.steering.map.latents[POINT])
