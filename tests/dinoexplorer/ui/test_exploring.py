"""Steering: what a person does on the map and the sliders, and what they see."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication


def test_a_drag_on_the_map_changes_the_picture_and_is_one_undo_step(desk):
    before, start = desk.pixels(), desk.latent.copy()
    way = [desk.place(x, 0.4) for x in np.linspace(-1.5, 1.5, 9)]
    desk.drag(desk.canvas, way)
    after = desk.wait_for_picture()
    assert not np.array_equal(before, after)
    np.testing.assert_allclose(desk.latent, desk.canvas.view_transform.to_map(QPointF(way[-1])), rtol=1e-5)
    assert desk.undo_steps() == 1
    desk.press("undo")
    np.testing.assert_array_equal(desk.wait_for_picture(), before)
    np.testing.assert_array_equal(desk.latent, start)
    desk.press("redo")
    np.testing.assert_array_equal(desk.wait_for_picture(), after)


def test_the_picture_on_the_screen_is_the_one_the_generator_makes(desk):
    desk.click_map(1.0, -0.5)
    shown = desk.wait_for_picture()
    side, target = desk.view.side(), desk.view.target().toRect()
    expected = desk.generator.decode_frame(desk.latent, side, smooth=True)[..., :3]
    inside = shown.reshape(shown.shape[0], -1, 3)[target.top() : target.top() + side, target.left() :][:, :side]
    np.testing.assert_array_equal(inside, expected)


def test_the_marker_follows_the_sliders_exactly_on_a_plane(desk):
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    row.slider.setFocus()
    for _ in range(3):
        desk.qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    desk.wait_for_picture()
    assert (desk.canvas.marker.x, desk.canvas.marker.y) == (float(desk.latent[0]), float(desk.latent[1]))


def test_only_newer_frames_are_shown(desk):
    for x in np.linspace(-2, 2, 40):
        desk.click_map(float(x), 0.2)
        if int(x * 10) % 3 == 0:
            QApplication.sendPostedEvents()
    desk.wait_for_picture()
    numbers = [frame.request.number for frame in desk.frames]
    assert numbers == sorted(set(numbers))
    assert desk.frames[-1].request.code is desk.latent


def test_the_newest_request_wins_while_a_decode_is_under_way(desk):
    desk.generator.gate.clear()
    desk.generator.decoded.clear()
    for x in np.linspace(-2, 2, 30):
        desk.click_map(float(x), -0.3)
    desk.generator.gate.set()
    desk.wait_for_picture()
    assert len(desk.generator.decoded) <= 2
    np.testing.assert_array_equal(desk.generator.decoded[-1], desk.latent)


def test_nothing_is_rendered_when_nothing_changed(desk):
    desk.generator.decoded.clear()
    desk.click_map(0.5, 0.5)
    desk.wait_for_picture()
    count = len(desk.generator.decoded)
    desk.click_map(0.5, 0.5)
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    desk.qtbot.mouseClick(row.lock, Qt.MouseButton.LeftButton)
    desk.window.update()
    with desk.qtbot.waitSignal(desk.explorer.document_changed):
        pass
    desk.wait_for_picture()
    assert len(desk.generator.decoded) == count


def test_a_dragged_slider_changes_the_picture_and_is_one_undo_step(desk):
    before = desk.pixels()
    slider = desk.explorer.latent_panel.rows.visible_rows()[0].slider
    desk.drag(slider, [QPoint(x, 12) for x in range(20, slider.width() - 10, 6)])
    assert not np.array_equal(before, desk.wait_for_picture())
    assert desk.undo_steps() == 1


def test_a_locked_value_stays_through_random_and_reset(desk):
    desk.click_map(1.3, 0.7)
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    desk.qtbot.mouseClick(row.lock, Qt.MouseButton.LeftButton)
    locked = row.dimension
    held = desk.latent[locked]
    for name in ("random", "random", "reset"):
        desk.press(name)
    spec = desk.explorer.document.spec
    assert desk.latent[locked] == held
    assert desk.latent[1 - locked] == spec.mean[1 - locked]


def test_a_typed_value_is_taken_exactly(desk):
    box = desk.explorer.latent_panel.rows.visible_rows()[1].box
    dimension = desk.explorer.latent_panel.rows.visible_rows()[1].dimension
    box.setFocus()
    box.selectAll()
    desk.qtbot.keyClicks(box, "1.234567")
    desk.qtbot.keyClick(box, Qt.Key.Key_Return)
    assert desk.latent[dimension] == np.float32(1.234567)
    desk.wait_for_picture()
    assert not box.hasFocus()
    assert desk.latent[dimension] == np.float32(1.234567)
    assert desk.undo_steps() == 1


def test_a_box_that_is_only_visited_changes_nothing(desk):
    desk.click_map(0.123456, 0.654321)
    desk.wait_for_picture()
    before = desk.latent.copy()
    for row in desk.explorer.latent_panel.rows.visible_rows():
        row.box.setFocus()
        desk.qtbot.keyClick(row.box, Qt.Key.Key_Return)
    desk.canvas.setFocus()
    np.testing.assert_array_equal(desk.latent, before)


def test_arrow_keys_nudge_with_shift_ten_times_and_alt_a_tenth(desk):
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    steps = []
    for modifier in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.ShiftModifier,
        Qt.KeyboardModifier.AltModifier,
    ):
        before = desk.latent[row.dimension]
        desk.qtbot.keyClick(row.slider, Qt.Key.Key_Right, modifier)
        desk.wait_for_picture()
        steps.append(desk.latent[row.dimension] - before)
    np.testing.assert_allclose(steps, np.array([1, 10, 0.1]) * steps[0], rtol=1e-3)


def test_arrow_keys_move_the_place_on_the_map_as_one_step_each(desk):
    desk.canvas.setFocus()
    x = desk.latent[0]
    desk.qtbot.keyClick(desk.canvas, Qt.Key.Key_Right)
    desk.wait_for_picture()
    assert desk.latent[0] > x
    assert desk.undo_steps() == 1


def test_a_double_click_on_a_slider_resets_it(desk):
    desk.click_map(1.5, 1.2)
    desk.wait_for_picture()
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    desk.qtbot.mouseDClick(row.slider, Qt.MouseButton.LeftButton)
    assert desk.latent[row.dimension] == desk.explorer.document.spec.mean[row.dimension]


def test_reset_goes_to_the_mean(desk):
    desk.press("random")
    desk.press("reset")
    np.testing.assert_array_equal(desk.latent, desk.explorer.document.spec.mean)


def test_the_wheel_zooms_at_the_pointer_and_home_comes_back(desk):
    home, at = desk.canvas.view_transform, QPointF(80, 90)
    under = home.to_map(at)
    _wheel(desk.canvas, at)
    assert desk.canvas.view_transform.scale > home.scale
    np.testing.assert_allclose(desk.canvas.view_transform.to_map(at), under)
    desk.press("home")
    assert desk.canvas.view_transform == home


def test_the_wheel_never_changes_a_value(desk):
    before = desk.latent.copy()
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    row.box.setFocus()
    for widget in (row.slider, row.box):
        _wheel(widget, QPointF(10, 10))
    np.testing.assert_array_equal(desk.latent, before)


def test_hovering_a_point_shows_its_card(desk):
    latent_map = desk.explorer.opened.latent_map
    card = desk.explorer.map_panel._card
    x, y = latent_map.xy[7]
    desk.qtbot.mouseMove(desk.canvas, desk.place(float(x), float(y)))
    desk.qtbot.waitUntil(card.isVisible, timeout=20_000)
    assert card._label.text() == latent_map.label(7)
    desk.qtbot.mouseMove(desk.canvas, QPoint(2, 2))
    desk.qtbot.waitUntil(card.isHidden, timeout=20_000)


def test_a_class_switched_off_in_the_legend_is_not_under_the_pointer(desk):
    latent_map = desk.explorer.opened.latent_map
    at = QPointF(desk.place(*map(float, latent_map.xy[7])))
    points = desk.canvas._points
    view = desk.canvas.view_transform
    assert latent_map.labels[points.nearest(view, at, 3.0)] == latent_map.labels[7]
    toggle = desk.explorer.map_panel.legend.toggles()[int(latent_map.labels[7])]
    desk.qtbot.mouseClick(toggle, Qt.MouseButton.LeftButton)
    found = points.nearest(view, at, 500.0)
    assert latent_map.labels[found] != latent_map.labels[7]


def test_undo_during_a_drag_on_the_map_changes_nothing_and_the_drag_is_one_step(desk):
    way = [desk.place(x, 0.4) for x in np.linspace(-1.5, 1.5, 20)]
    undo = desk.window.actions_by_name["undo"]
    desk.canvas.steered.connect(lambda x, _y: undo.trigger() if 0 < x < 0.2 else None)
    desk.drag(desk.canvas, way)
    desk.wait_for_picture()
    assert desk.undo_steps() == 1


def test_hiding_the_panels_during_a_drag_ends_it(desk):
    slider = desk.explorer.latent_panel.rows.visible_rows()[0].slider
    for widget, at in ((desk.canvas, QPoint(50, 60)), (slider, QPoint(20, 12))):
        steps = desk.undo_steps()
        desk.qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=at)
        desk.press("bare")
        desk.press("bare")
        assert desk.undo_steps() == steps + 1


def test_the_list_does_not_scroll_under_a_slider_that_is_held(desk, write_fake, tmp_path):
    desk.open(write_fake(tmp_path / "wide.safetensors", 64, points=40))
    rows = desk.explorer.latent_panel.rows
    slider = rows.visible_rows()[0].slider
    desk.qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(30, 12))
    _wheel(rows.viewport(), QPointF(30, 12), down=True)
    assert rows.verticalScrollBar().value() == 0
    desk.qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(30, 12))
    _wheel(rows.viewport(), QPointF(30, 12), down=True)
    assert rows.verticalScrollBar().value() > 0


def test_a_held_slider_whose_row_shows_something_else_lets_go(desk, write_fake, tmp_path):
    desk.open(write_fake(tmp_path / "wide.safetensors", 64, points=40))
    rows = desk.explorer.latent_panel.rows
    slider = rows.visible_rows()[0].slider
    desk.qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(30, 12))
    rows.verticalScrollBar().setValue(3000)
    before = desk.latent.copy()
    desk.qtbot.mouseMove(slider, QPoint(90, 12))
    np.testing.assert_array_equal(desk.latent, before)
    assert not slider.isSliderDown()
    assert desk.undo_steps() == 1


def test_typing_in_the_filter_finds_dimensions_and_triggers_no_command(desk, write_fake, tmp_path):
    desk.open(write_fake(tmp_path / "wide.safetensors", 64, points=40))
    desk.window.activateWindow()
    desk.explorer.latent_panel.rows.visible_rows()[0].box.setFocus()
    desk.press("filter")
    before, field = desk.latent, desk.explorer.latent_panel.filter_field
    for letter in "z6rp":
        desk.qtbot.keyClick(QApplication.focusWidget(), letter)
    assert QApplication.focusWidget() is field
    assert field.text() == "z6rp"
    assert desk.latent is before
    assert not desk.window.settings.pixels


def test_scrolling_the_list_leaves_the_focus_on_the_map(desk, write_fake, tmp_path):
    desk.open(write_fake(tmp_path / "wide.safetensors", 64, points=40))
    desk.window.activateWindow()
    rows = desk.explorer.latent_panel.rows
    rows.visible_rows()[0].box.setFocus()
    desk.canvas.setFocus()
    rows.verticalScrollBar().setValue(900)
    assert QApplication.focusWidget() is desk.canvas


def test_escape_in_a_value_box_drops_what_was_typed_before_it_is_the_windows(desk):
    desk.window.activateWindow()
    desk.press("bare")
    desk.press("bare")
    box = desk.explorer.latent_panel.rows.visible_rows()[0].box
    box.setFocus()
    shown, notice = box.text(), desk.explorer.stage.notice
    notice.tell("Something.", {})
    box.selectAll()
    desk.qtbot.keyClicks(box, "9.5")
    desk.qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == shown
    assert notice.isVisible()
    desk.qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert notice.isHidden()


def test_undo_in_a_value_box_is_the_documents_unless_something_is_typed(desk):
    desk.window.activateWindow()
    start = desk.latent
    desk.click_map(1.0, 1.0)
    moved = desk.wait_for_picture() is not None and desk.latent
    box = desk.explorer.latent_panel.rows.visible_rows()[0].box
    box.setFocus()
    desk.qtbot.keyClicks(box, "7")
    desk.qtbot.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.latent is moved
    desk.qtbot.keyClick(box, Qt.Key.Key_Escape)
    desk.qtbot.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_array_equal(desk.latent, start)


def test_the_importance_of_a_dimension_is_told_in_grey_levels(desk):
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    levels = 255 * desk.explorer.document.spec.importance[row.dimension]
    assert 2 < levels < 26
    assert f"which changes the picture by {levels:.1f} grey levels" in row._name.toolTip()


def test_a_move_on_the_map_asks_for_the_way_back_once(desk, monkeypatch):
    calls = []
    way_back = type(desk.explorer.map_panel._steering.way_back)
    real = way_back.__call__
    monkeypatch.setattr(way_back, "__call__", lambda self, *place: calls.append(place) or real(self, *place))
    desk.click_map(0.7, -0.2)
    desk.wait_for_picture()
    assert len(calls) == 1


def _wheel(widget, at: QPointF, *, down: bool = False) -> None:
    event = QWheelEvent(
        at,
        widget.mapToGlobal(at),
        QPoint(0, 0),
        QPoint(0, -240 if down else 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
