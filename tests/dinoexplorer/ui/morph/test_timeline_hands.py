"""Hands and keys on the timeline."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from dinoexplorer.morph.spelling import read_name
from dinoexplorer.ui.code_mime import mime_of
from dinoexplorer.ui.morph import lanes

MIDDLE = lanes.KEYS_TOP + lanes.PICTURE // 2


def drag(person, start, end, modifier=Qt.KeyboardModifier.NoModifier, release=True):
    """From one x to another, in the lane of the keyframes."""
    qtbot, view = person.qtbot, person.view
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, modifier, QPoint(start, MIDDLE))
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QMouseEvent

    for x in (start + (end - start) // 2, end):
        at = QPointF(x, MIDDLE)
        none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
        event = QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), none, left, modifier)
        QCoreApplication.sendEvent(view, event)
    if release:
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, modifier, QPoint(end, MIDDLE))


def key(person, key_, modifier=Qt.KeyboardModifier.NoModifier):
    person.view.setFocus()
    person.qtbot.keyClick(person.view, key_, modifier)


def near(times, expected):
    return times == pytest.approx(expected, abs=0.04)


def test_a_dragged_keyframe_moves_alone_and_is_one_step(filled):
    steps = filled.desk.undo_steps()
    drag(filled, filled.x(2), filled.x(2.7))
    assert near(filled.times, [0, 2.7, 4])
    assert filled.times[1] * 30 == pytest.approx(round(filled.times[1] * 30), abs=1e-2)  # on a frame
    assert filled.desk.undo_steps() == steps + 1
    assert filled.document.entry.what == "moved keyframe 2"


def test_with_shift_what_follows_goes_along_and_with_ctrl_it_is_copied(filled):
    drag(filled, filled.x(2), filled.x(2.7), Qt.KeyboardModifier.ShiftModifier)
    assert near(filled.times, [0, 2.7, 4.7])
    drag(filled, filled.x(0), filled.x(1), Qt.KeyboardModifier.ControlModifier)
    assert near(filled.times, [0, 1, 2.7, 4.7])
    assert filled.timeline.keyframes[1].code.tolist() == filled.timeline.keyframes[0].code.tolist()
    assert filled.view.selection == 1


def test_escape_lets_go_of_what_is_dragged(filled):
    before = filled.timeline
    drag(filled, filled.x(2), filled.x(3), release=False)
    key(filled, Qt.Key.Key_Escape)
    filled.qtbot.mouseRelease(filled.view, Qt.MouseButton.LeftButton, pos=QPoint(filled.x(3), MIDDLE))
    assert filled.timeline is before


def test_the_end_of_a_segment_stretches_it(filled):
    edge = filled.x(2) - lanes.PICTURE // 2 - 4
    drag(filled, edge, edge + filled.x(3) - filled.x(2))
    assert near(filled.times, [0, 3, 5])
    assert filled.document.entry.what == "duration of segment 1"


def test_the_keys_move_stretch_reorder_and_remove(filled):
    codes = [float(k.code[0]) for k in filled.timeline.keyframes]
    key(filled, Qt.Key.Key_Home)
    key(filled, Qt.Key.Key_Right)
    key(filled, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert filled.times == [0, 2.1, 4]
    key(filled, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier)
    assert filled.times == [0, 2, 3.9]
    key(filled, Qt.Key.Key_Plus)
    assert filled.times == [0, 2, 4.0]
    key(filled, Qt.Key.Key_Minus)
    assert filled.times == [0, 2, 3.9]
    key(filled, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert [float(k.code[0]) for k in filled.timeline.keyframes] == [codes[0], codes[2], codes[1]]
    key(filled, Qt.Key.Key_Delete)
    key(filled, Qt.Key.Key_Delete)
    assert filled.times == [0]
    key(filled, Qt.Key.Key_Delete)
    assert filled.timeline is None
    assert filled.document.timeline is None
    assert filled.panel.empty.isVisible()


def test_a_key_on_the_timeline_is_not_the_windows(filled):
    """+ and - are the walker's elsewhere, Ctrl+C and Space somebody else's."""
    text = filled.desk.explorer.stage.walk_choice.text()
    key(filled, Qt.Key.Key_Plus)
    key(filled, Qt.Key.Key_Space)
    assert filled.desk.explorer.stage.walk_choice.text() == text
    assert filled.preview.player.playing
    assert not filled.desk.window.actions_by_name["bare"].isChecked()
    key(filled, Qt.Key.Key_Space)
    assert not filled.preview.player.playing


def test_a_copied_keyframe_comes_back_whole(filled):
    key(filled, Qt.Key.Key_Home)
    filled.panel.row.hold.value_typed.emit(0.5)
    filled.panel.row.easing.chosen.emit("linear")
    key(filled, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    key(filled, Qt.Key.Key_End)
    key(filled, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert filled.timeline.keyframes[3] == filled.timeline.keyframes[0]
    QApplication.clipboard().setMimeData(mime_of([("from elsewhere", np.float32([1, 2]))]))
    key(filled, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert filled.timeline.keyframes[4].name == "from elsewhere"
    QApplication.clipboard().setText("no keyframe")
    key(filled, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert filled.panel.problem.text() == (
        "There is nothing here to make a keyframe of; drop or choose pictures of this model."
    )


@pytest.mark.parametrize(("seconds", "names", "expected"), [(1.0, 1, [0, 1, 2, 4]), (9.0, 2, [0, 2, 4, 6, 8])])
def test_codes_that_are_dropped_become_keyframes(filled, seconds, names, expected):
    data = mime_of([("dropped", np.float32([0.5, 0.5]))] * names)
    action, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    filled.view.drops.eventFilter(filled.view, QDropEvent(QPointF(filled.x(seconds), MIDDLE), action, data, left, none))
    assert near(filled.times, expected)
    assert [k.name for k in filled.timeline.keyframes].count("dropped") == names


def test_the_wheel_zooms_at_the_pointer_and_a_double_click_shows_the_whole(filled):
    view = filled.view
    at = QPointF(filled.x(2), 8)
    turn = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, 360), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    before = view.scale
    view.wheelEvent(turn)
    assert view.scale.per_second == pytest.approx(before.per_second * 1.25**3)
    assert view.scale.x(2) == pytest.approx(at.x(), abs=1)
    filled.qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 8))
    assert view.scale == before


def test_pictures_of_keyframes_and_frames_are_painted(filled):
    filled.film()

    def pixels():
        image = filled.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        data = np.frombuffer(image.constBits(), np.uint8, image.bytesPerLine() * image.height())
        return data.reshape(image.height(), -1)[:, : image.width() * 3].reshape(image.height(), -1, 3)

    expected = filled.desk.generator.decode(filled.timeline.codes[1][None])[0][32, 32]
    filled.qtbot.waitUntil(lambda: not filled.desk.explorer.thumbnailer.busy, timeout=10_000)
    found = pixels()[MIDDLE, filled.x(2)]
    assert np.abs(found.astype(int) - expected.astype(int)).max() < 12
    strip = pixels()[lanes.STRIP_TOP + lanes.STRIP // 2, filled.x(0.2) : filled.x(3.8) : 10]
    assert len(np.unique(strip, axis=0)) > 5


def test_the_fields_show_and_change_the_selected_keyframe(filled):
    row = filled.panel.row
    key(filled, Qt.Key.Key_Home)
    row.seconds.value_typed.emit(3.25)
    assert filled.times == [0, 3.25, 5.25]
    row.name.setText("the first")
    row.name.editingFinished.emit()
    assert filled.timeline.keyframes[0].name == "the first"
    action = next(a for a in row.path.choices().actions() if a.data() == "slerp")
    action.trigger()
    assert filled.timeline.keyframes[0].segment.path == "slerp"
    assert row.path.text() == action.text()
    row.seconds.value_typed.emit(-1.0)
    assert filled.panel.problem.text() == "A segment of -1 seconds does not work; it takes 0.001 to 3600 seconds."
    key(filled, Qt.Key.Key_End)
    assert not row.easing.isVisible()  # the last one has no way on
    assert {a.data() for a in row.path.choices().actions()} >= {"straight", "slerp", "spline", "circle"}


@pytest.mark.qt_log_ignore("does not support (propagate|raise|grabbing)")
def test_a_curve_is_drawn_with_two_handles(filled):
    easing = filled.panel.row.easing
    key(filled, Qt.Key.Key_Home)
    next(a for a in easing.choices().actions() if a.data() == "bezier").trigger()
    assert filled.timeline.keyframes[0].segment.easing == "bezier(0.25, 0.1, 0.25, 1)"
    field = filled.panel.row.easing_shape.popup.field
    assert field.isVisible()
    handle = field._handle(0).toPoint()
    filled.desk.drag(field, [handle, handle + QPoint(40, 10), handle + QPoint(88, 0)])
    drawn = filled.timeline.keyframes[0].segment.easing
    assert read_name(drawn, "easing")[1] == pytest.approx((0.75, 0.1, 0.25, 1), abs=0.01)
    filled.qtbot.keyClick(field, Qt.Key.Key_Space)
    filled.qtbot.keyClick(field, Qt.Key.Key_Down)
    after = filled.timeline.keyframes[0].segment.easing
    assert read_name(after, "easing")[1] == pytest.approx((*read_name(drawn, "easing")[1][:3], 0.98))
    assert easing.text() == "Bezier"
    field.window().close()


def test_the_menu_replaces_goes_and_removes(filled):
    menu = filled.morph.wishes._menu
    texts = {action.text(): action for action in menu.actions()}
    key(filled, Qt.Key.Key_End)
    texts["Go to this keyframe"].trigger()
    assert np.array_equal(filled.desk.latent, filled.timeline.keyframes[2].code)
    filled.desk.click_map(0.2, 0.1)
    filled.qtbot.waitUntil(lambda: not filled.preview.shown)
    texts["Replace by the picture"].trigger()
    assert np.array_equal(filled.timeline.keyframes[2].code, filled.desk.latent)
    texts["Remove"].trigger()
    assert filled.times == [0, 2]
