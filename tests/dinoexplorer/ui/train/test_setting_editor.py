"""One setting: what is typed, what it says, and the way back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from dinoexplorer.runs.schema import SettingField
from dinoexplorer.ui.train.setting_editor import SettingEditor
from dinoexplorer.ui.train.setting_text import SettingError, nudged, parsed, range_text, shown

DIM = SettingField("latent.dim", "Latent code", "Latent size", "number of dimensions", "", "int", 32, 1, 4096)
RATE = SettingField(
    "optimizer.lr", "Optimiser", "Learning rate", "after warm-up", "", "float", 1e-3, 0, 1, open_low=True
)
SIZE = SettingField("image.size", "Pictures", "Picture size", "side", "px", "choice", 64, choices=(16, 32, 64))
DEVICE = SettingField("device", "Training", "Device", "auto or cpu", "", "choice", "auto", choices=("auto", "cpu"))
FLIP = SettingField("data.flip", "Data", "Mirror", "mirror half", "", "bool", False)
HIDDEN = SettingField("model.hidden", "Model", "Hidden", "widths", "", "numbers", [500, 500])
NOTE = SettingField("log.note", "Records", "Note", "", "", "text", "")
SEED = SettingField("seed", "Training", "Seed", "seed", "", "int", 0, 0, 2**63 - 1)


@pytest.fixture
def new_editor(qtbot):
    def build(field: SettingField) -> SettingEditor:
        editor = SettingEditor(field)
        qtbot.addWidget(editor)
        editor.resize(520, 60)
        editor.show()
        qtbot.waitExposed(editor)
        return editor

    return build


def write(qtbot, editor: SettingEditor, text: str) -> None:
    """Replace what stands there, like a person."""
    editor.control.setFocus()
    editor.control.selectAll()
    if text:
        qtbot.keyClicks(editor.control, text)
    else:
        qtbot.keyClick(editor.control, Qt.Key.Key_Delete)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (DIM, " 2 ", 2), (DIM, "4,096", 4096), (DIM, "1 024", 1024), (DIM, "1e3", 1000), (DIM, "5.0", 5),
        (RATE, "0.0002", 2e-4), (RATE, "0,0002", 2e-4), (RATE, "2e-4", 2e-4), (RATE, "1", 1.0),
        (SIZE, "32", 32), (DEVICE, "cuda:1", "cuda:1"), (FLIP, "yes", True), (FLIP, "no", False),
        (HIDDEN, "500, 500", [500, 500]), (HIDDEN, "[8 4.5]", [8, 4.5]), (HIDDEN, "", []), (NOTE, " a & b ", "a & b"),
        (SEED, str(2**63 - 1), 2**63 - 1),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(field, text, value):
    found = parsed(field, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        (DIM, "abc", "Latent size must be a whole number from 1 to 4,096, and 'abc' is not."),
        (DIM, "0", "Latent size must be a whole number from 1 to 4,096, and '0' is not."),
        (DIM, "2.5", "Latent size must be a whole number from 1 to 4,096, and '2.5' is not."),
        (DIM, "", "Latent size must be a whole number from 1 to 4,096; nothing is written there."),
        (DIM, "9" * 5000, f"Latent size must be a whole number from 1 to 4,096, and '{'9' * 39}…' is not."),
        (RATE, "0", "Learning rate must be a number more than 0 and at most 1, and '0' is not."),
        (RATE, "nan", "Learning rate must be a number more than 0 and at most 1, and 'nan' is not."),
        (RATE, "1e999", "Learning rate must be a number more than 0 and at most 1, and '1e999' is not."),
        (SIZE, "33", "Picture size must be one of 16, 32, 64, and '33' is not."),
        (HIDDEN, "5, x", "Hidden must be numbers with commas between them, and 'x' is none."),
        (SEED, "-1", "Seed must be a whole number from 0 to 9,223,372,036,854,775,807, and '-1' is not."),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_it_may_be(field, text, sentence):
    with pytest.raises(SettingError) as caught:
        parsed(field, text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("value", [0, 12_000, 1e-3, 1.0, 1e-05, True, False, "auto", [500, 0.5], ""])
def test_every_value_is_shown_so_that_it_can_be_typed_again(value):
    kinds = {int: SEED, float: RATE, bool: FLIP, str: NOTE, list: HIDDEN}
    field = kinds[type(value)]
    assert parsed(field, shown(value)) == value


def test_ranges_are_said_in_words():
    assert range_text(DIM) == "1 to 4,096"
    assert range_text(RATE) == "more than 0 and at most 1"
    assert range_text(SEED) == "at least 0"
    assert range_text(SIZE) == ""


def test_nudging_goes_by_a_tenth_of_the_leading_digit_and_stays_in_range():
    assert nudged(RATE, 0.001, 1) == pytest.approx(0.0011)
    assert nudged(RATE, 0.001, -10) == 0.001  # the limit itself is barred
    assert nudged(DIM, 2, -10) == 1
    assert nudged(DIM, 32, 0.1) == 33
    assert nudged(RATE, 1.0, 1) == 1.0


def test_an_editor_marks_what_is_changed_and_a_button_puts_it_back(new_editor, qtbot):
    editor = new_editor(DIM)
    assert not editor.reset_button.isVisible()
    write(qtbot, editor, "2")
    assert editor.value == 2
    assert editor.changed
    assert editor.name.font().bold()
    assert "Changed from 32." in editor.control.accessibleDescription()
    with qtbot.waitSignal(editor.edited) as edited:
        qtbot.mouseClick(editor.reset_button, Qt.MouseButton.LeftButton)
    assert edited.args == ["latent.dim"]
    assert editor.value == 32
    assert not editor.changed
    assert not editor.reset_button.isVisible()


def test_a_double_click_on_the_name_puts_it_back(new_editor, qtbot):
    editor = new_editor(RATE)
    write(qtbot, editor, "0.5")
    qtbot.mouseDClick(editor.name, Qt.MouseButton.LeftButton)
    assert editor.value == 1e-3
    assert editor.control.text() == "0.001"


def test_a_problem_takes_the_place_of_the_help_and_leaves_with_it(new_editor, qtbot):
    editor = new_editor(DIM)
    assert editor.note == "Number of dimensions"
    write(qtbot, editor, "2x")
    assert editor.note == "Latent size must be a whole number from 1 to 4,096, and '2x' is not."
    assert editor.control.property("wrong")
    assert editor.value == 2  # the last that could be read
    qtbot.keyClick(editor.control, Qt.Key.Key_Backspace)
    assert editor.note == "Number of dimensions"
    assert not editor.control.property("wrong")


def test_a_problem_found_elsewhere_goes_with_the_value_it_was_about(new_editor, qtbot):
    editor = new_editor(DIM)
    editor.set_problem("Latent size is more than this family can do; 512 is the most.")
    assert editor.note == "Latent size is more than this family can do; 512 is the most."
    write(qtbot, editor, "5")
    assert editor.note == "Number of dimensions"


def test_arrows_nudge_a_number(new_editor, qtbot):
    editor = new_editor(DIM)
    editor.control.setFocus()
    qtbot.keyClick(editor.control, Qt.Key.Key_Up)
    assert editor.value == 33
    qtbot.keyClick(editor.control, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert editor.value == 23
    assert editor.control.text() == "23"


def test_the_wheel_changes_nothing(new_editor):
    for field in (DIM, RATE, SIZE, FLIP, HIDDEN):
        editor = new_editor(field)
        centre = QPointF(editor.control.rect().center())
        event = QWheelEvent(
            centre, editor.control.mapToGlobal(centre), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(editor.control, event)
        assert not editor.changed


def test_a_choice_drops_down_its_values_and_takes_one(new_editor, qtbot):
    editor = new_editor(SIZE)
    menu = editor.control.choices()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["16", "32", "64"]
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["64"]
    with qtbot.waitSignal(editor.edited):
        menu.actions()[1].trigger()
    assert editor.value == 32
    assert "32." in editor.control.accessibleDescription()


def test_a_switch_takes_a_click_and_the_space_key(new_editor, qtbot):
    editor = new_editor(FLIP)
    qtbot.mouseClick(editor.control, Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
    assert editor.value is True
    assert editor.control.text() == "yes"
    qtbot.keyClick(editor.control, Qt.Key.Key_Space)
    assert editor.value is False


@pytest.mark.parametrize("field", [DIM, RATE, SIZE, FLIP, HIDDEN, NOTE])
def test_every_control_has_a_name_and_takes_the_keyboard(new_editor, field):
    editor = new_editor(field)
    assert editor.control.accessibleName() == field.title
    assert editor.control.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert editor.reset_button.accessibleName().startswith(f"{field.title}: back to")
