"""Several keyframes in hand at once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from dinoexplorer.ui.morph import lanes
from dinoexplorer.ui.morph.key_selection import KeySelection

MIDDLE = lanes.KEYS_TOP + lanes.PICTURE // 2
BRACKET = lanes.KEYS_TOP - 5
NO, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def five(filled):
    """Keyframes at 0, 2, 4, 6 and 8 seconds."""
    for _ in range(2):
        filled.desk.press("random_keyframe")
    filled.film()
    return filled


def drag(person, start, end, modifier=NO, y=MIDDLE):
    """From one x to another."""
    view, left, none = person.view, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    steps = [(QEvent.Type.MouseButtonPress, start, left)]
    steps += [(QEvent.Type.MouseMove, x, none) for x in (start + (end - start) // 2, end)]
    steps += [(QEvent.Type.MouseButtonRelease, end, left)]
    for kind, x, button in steps:
        at = QPointF(x, y)
        QCoreApplication.sendEvent(view, QMouseEvent(kind, at, view.mapToGlobal(at), button, left, modifier))


def click(person, seconds, modifier=NO):
    person.qtbot.mouseClick(person.view, Qt.MouseButton.LeftButton, modifier, QPoint(person.x(seconds), MIDDLE))


def key(person, key_, modifier=NO):
    person.view.setFocus()
    person.qtbot.keyClick(person.view, key_, modifier)


def choose(person, *indices):
    click(person, person.times[indices[0]])
    for index in indices[1:]:
        click(person, person.times[index], CTRL)
    assert person.view.choice.chosen == set(indices)


def near(times, expected):
    return times == pytest.approx(expected, abs=0.05)


def test_ctrl_and_shift_with_a_click_select_more_and_a_click_one(five):
    choose(five, 1, 3)
    assert five.view.selection == 3
    assert five.panel.row.title.text() == "2 of 5 keyframes"
    assert not five.panel.row.name.isVisible()
    assert five.view.accessibleDescription() == "2 of 5 keyframes selected, from 2 to 6 s."
    click(five, 6, CTRL)
    assert five.view.choice.chosen == {1}
    click(five, 8, SHIFT)
    assert (five.view.choice.chosen, five.view.selection) == ({1, 2, 3, 4}, 4)
    click(five, 4)
    assert five.view.choice.chosen == {2}
    assert five.panel.row.name.isVisible()


def test_keys_select_all_a_range_and_one_again(five):
    key(five, Qt.Key.Key_A, CTRL)
    assert five.view.choice.chosen == {0, 1, 2, 3, 4}
    key(five, Qt.Key.Key_Escape)
    assert five.view.choice.chosen == {0}
    key(five, Qt.Key.Key_Right, SHIFT)
    key(five, Qt.Key.Key_Right, SHIFT)
    assert five.view.choice.chosen == {0, 1, 2}
    key(five, Qt.Key.Key_End, SHIFT)
    assert five.view.choice.chosen == {0, 1, 2, 3, 4}
    key(five, Qt.Key.Key_Left)
    assert five.view.choice.chosen == {3}


def test_a_rubber_band_selects_what_lies_in_it(five):
    drag(five, five.x(1), five.x(5))
    assert (five.view.choice.chosen, five.view.selection) == ({1, 2}, 2)
    drag(five, five.x(8.4), five.x(7.4), CTRL)
    assert five.view.choice.chosen == {1, 2, 4}
    assert five.times == [0, 2, 4, 6, 8]
    drag(five, five.x(5.2), five.x(4.8))
    assert five.view.choice.chosen == {2}  # none lies in it: the one that its press selected


def test_several_are_dragged_as_one_step(five):
    steps = five.desk.undo_steps()
    choose(five, 1, 2)
    drag(five, five.x(4), five.x(4.7))
    assert near(five.times, [0, 2.7, 4.7, 6, 8])
    assert five.times[2] * 30 == pytest.approx(round(five.times[2] * 30), abs=1e-2)  # on a frame
    assert five.desk.undo_steps() == steps + 1
    assert five.document.entry.what == "moved 2 keyframes"
    assert five.view.choice.chosen == {1, 2}
    drag(five, five.x(2.7), five.x(3.7), SHIFT)
    assert near(five.times, [0, 3.7, 5.7, 7, 9])
    five.desk.press("undo")
    five.qtbot.waitUntil(lambda: near(five.times, [0, 2.7, 4.7, 6, 8]))


def test_with_ctrl_several_are_copied(five):
    choose(five, 0, 1)
    codes = five.timeline.codes[:2]
    drag(five, five.x(0), five.x(0) + (five.x(9) - five.x(8)) * 5, CTRL)
    assert near(five.times, [0, 2, 4, 5, 6, 7, 8])
    assert np.array_equal(five.timeline.codes[[3, 5]], codes)
    assert five.view.choice.chosen == {3, 5}


def test_an_end_of_the_bracket_and_alt_stretch_several(five):
    choose(five, 1, 2, 3)
    drag(five, five.x(6), five.x(7), y=BRACKET)
    assert near(five.times, [0, 2, 4.5, 7, 8])
    assert five.document.entry.what == "stretched 3 keyframes"
    drag(five, five.x(2), five.x(1), ALT)
    assert near(five.times, [0, 1, 4, 7, 8])
    drag(five, five.x(7), five.x(4), SHIFT, y=BRACKET)
    assert near(five.times, [0, 1, 2.5, 4, 5])


def test_the_keys_change_all_that_are_selected(five):
    choose(five, 1, 2)
    key(five, Qt.Key.Key_Right, ALT)
    assert five.times == [0, 2.1, 4.1, 6, 8]
    key(five, Qt.Key.Key_Left, ALT | SHIFT)
    assert five.times == [0, 2, 4, 5.9, 7.9]
    key(five, Qt.Key.Key_Up, ALT)
    assert five.times == [0, 2, 4.2, 5.9, 7.9]
    key(five, Qt.Key.Key_Plus)
    assert five.times == [0, 2, 4.3, 6.1, 8.1]
    codes = five.timeline.codes
    key(five, Qt.Key.Key_Right, CTRL)
    assert np.array_equal(five.timeline.codes, codes[[0, 3, 1, 2, 4]])
    key(five, Qt.Key.Key_Delete)
    assert len(five.times) == 3
    assert five.document.entry.what == "removed 2 keyframes"


def test_several_are_copied_pasted_and_cut(five):
    choose(five, 0, 2)
    codes = five.timeline.codes[[0, 2]]
    key(five, Qt.Key.Key_C, CTRL)
    key(five, Qt.Key.Key_V, CTRL)
    assert np.array_equal(five.timeline.codes[3:5], codes)
    assert five.view.choice.chosen == {3, 4}
    assert five.document.entry.what == "added 2 keyframes"
    key(five, Qt.Key.Key_X, CTRL)
    assert len(five.times) == 5
    key(five, Qt.Key.Key_A, CTRL)
    key(five, Qt.Key.Key_X, CTRL)
    assert five.timeline is None
    key(five, Qt.Key.Key_V, CTRL)
    assert len(five.times) == 5
    QApplication.clipboard().clear()


def test_the_fields_change_all_that_are_selected(five):
    row = five.panel.row
    choose(five, 1, 3)
    row.easing.chosen.emit("linear")
    row.path.chosen.emit("spline")
    row.hold.value_typed.emit(0.5)
    row.seconds.value_typed.emit(1.0)
    keys = five.timeline.keyframes
    assert [key_.segment.easing for key_ in keys] == ["sine", "linear", "sine", "linear", "sine"]
    assert [key_.segment.path for key_ in keys] == ["straight", "spline", "straight", "spline", "straight"]
    assert five.times == [0, 2, 3.5, 5.5, 7]
    assert five.view.choice.chosen == {1, 3}
    row.remove.click()
    assert len(five.times) == 3
    choose(five, 0, 2)  # the last one has no way on, the first one has
    assert row.easing.isVisible()


def test_the_bracket_and_the_frames_of_several_are_painted(five):
    def pixels():
        image = five.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        data = np.frombuffer(image.constBits(), np.uint8, image.bytesPerLine() * image.height())
        return data.reshape(image.height(), -1)[:, : image.width() * 3].reshape(image.height(), -1, 3).astype(int)

    accent = np.array(five.view.palette().accent().color().getRgb()[:3])
    click(five, 2)
    assert np.abs(pixels()[BRACKET, five.x(3)] - accent).sum() > 60
    choose(five, 1, 2)
    assert np.abs(pixels()[BRACKET, five.x(3)] - accent).sum() < 60
    assert np.abs(pixels()[BRACKET - 2, five.x(4)] - accent).sum() < 60


def test_a_selection_keeps_one_in_hand():
    one = KeySelection.of(2)
    assert one.toggled(2) == one
    two = one.toggled(4)
    assert (two.lead, two.chosen, two.several) == (4, {2, 4}, True)
    assert two.extended(1).chosen == {1, 2, 3, 4}
    assert two.within(3) == KeySelection(2, frozenset({2}), 2)
    assert two.within(0).chosen == {0}
