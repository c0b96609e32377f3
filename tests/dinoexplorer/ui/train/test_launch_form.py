"""The form that starts a training, with a worker that answers at once or not at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton

from dinoexplorer.runs.schema import SettingField
from dinoexplorer.runs.views import DataReport, Estimate, Order
from dinoexplorer.ui.colours import DARK, LIGHT
from dinoexplorer.ui.theme import Theme
from dinoexplorer.ui.train.amounts import count_text, rate_text, size_text, time_text
from dinoexplorer.ui.train.launch_form import LaunchForm

RECIPES = [
    ("dinosaurs-quick", "Dinosaurs, quickly", "A small smooth space in ten minutes."),
    ("vae", "Convolutional VAE", "A smooth latent space of any folder."),
    ("fastgan", "FastGAN", "Made for a few hundred pictures."),
]
COMMON = (
    SettingField("latent.dim", "Latent code", "Latent size", "dimensions", "", "int", 8, 1, 4096, advanced=False),
    SettingField("steps", "Training", "Steps", "length", "steps", "int", 4000, 1, 10**8, advanced=False),
    SettingField(
        "data.count", "Data", "Number of pictures", "to draw", "images", "int", 12_000, 1, advanced=False,
        builtin_only=True,
    ),
    SettingField(
        "precision", "Training", "Precision", "numbers", "", "choice", "auto", choices=("auto", "fp32"), advanced=False
    ),
    SettingField("optimizer.beta1", "Optimiser", "Beta 1", "decay of the mean", "", "float", 0.9, 0, 1, open_high=True),
    SettingField("ema.decay", "Averaged weights", "Decay", "per step", "", "float", 0.998, 0, 1),
    SettingField("log.tensorboard", "Records", "TensorBoard", "events too", "", "bool", False),
)  # fmt: skip
GAN = (replace(COMMON[0], default=100), *COMMON[1:], SettingField("model.width", "Model", "Width", "", "", "int", 32))
FIELDS = {"dinosaurs-quick": COMMON, "vae": (replace(COMMON[0], default=32), *COMMON[1:]), "fastgan": GAN}
ESTIMATE = Estimate(
    4000, 256_000, 1_830_000, 6800.0, 1_400_000_000, 62_000_000, 6_100_000_000, 81_000_000_000, "cpu",
    "from 3 earlier runs",
)  # fmt: skip


class Worker:
    """What stands behind the form in the program."""

    def __init__(self, form: LaunchForm) -> None:
        self.form = form
        self.asked: list[tuple] = []
        self.problems: dict[str, str] = {}
        self.report: dict[str, DataReport | str] = {}
        self.checks = self.looks = True
        form.fields_wanted.connect(self.give_fields)
        form.check_wanted.connect(self.check)
        form.estimate_wanted.connect(self.estimate)
        form.inspect_wanted.connect(self.look)
        form.order_changed.connect(lambda order: form.set_command_line(f"dinotrain fit {order.recipe}"))
        form.start_wanted.connect(lambda order: self.asked.append(("start", order)))
        form.sweep_wanted.connect(lambda order, key, values: self.asked.append(("sweep", order, key, values)))

    def count(self, name: str) -> int:
        return sum(call[0] == name for call in self.asked)

    def started(self) -> list[Order]:
        return [call[1] for call in self.asked if call[0] == "start"]

    def give_fields(self, recipe: str) -> None:
        self.asked.append(("fields", recipe))
        self.form.set_fields(FIELDS[recipe], recipe)

    def check(self, recipe: str, changes: dict) -> None:
        self.asked.append(("check", recipe, changes))
        if self.checks:
            self.form.set_problems(self.problems)

    def estimate(self, order: Order) -> None:
        self.asked.append(("estimate", order))
        self.form.set_estimate(order, ESTIMATE)

    def look(self, source: str) -> None:
        self.asked.append(("look", source))
        if self.looks:
            self.form.set_data_report(self.report.get(source, found(source)))


def found(
    source: str, count=12_000, classes=("horned", "plated"), *, problems=(), warnings=(), examples=4
) -> DataReport:
    pictures = np.random.default_rng(0).integers(0, 256, (examples, 64, 64, 3), dtype=np.uint8)
    return DataReport(source, count, classes, problems, warnings, pictures)


@pytest.fixture
def bench(qtbot, qapp):
    """A shown form with a worker; nothing is chosen yet."""
    theme = Theme(qapp, "dark")
    form = LaunchForm()
    theme.setParent(form)
    qtbot.addWidget(form)
    worker = Worker(form)
    form.resize(1100, 640)
    form.show()
    qtbot.waitExposed(form)
    return form, worker


@pytest.fixture
def ready(bench, qtbot):
    """The form with the first recipe, everything answered."""
    form, worker = bench
    form.set_recipes(RECIPES)
    qtbot.waitUntil(lambda: worker.count("estimate") == 1 and form.settings.complete(), timeout=20_000)
    assert form.start_bar.ready
    return form, worker


def write(qtbot, line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)


def settle(qtbot, form: LaunchForm) -> None:
    """Wait until what was typed has been checked."""
    qtbot.waitUntil(lambda: not form._pause.isActive() and form.settings.complete(), timeout=20_000)


def press(form: LaunchForm, qtbot) -> None:
    qtbot.keyClick(form.name_field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_the_first_recipe_is_asked_for_and_what_it_takes_is_shown(ready):
    form, worker = ready
    assert ("fields", "dinosaurs-quick") in worker.asked
    assert ("look", "builtin:dinosaurs") in worker.asked
    assert form.estimate_view.text("length") == "4,000 steps, 256,000 images"
    assert form.estimate_view.text("model") == "1.83 million parameters"
    assert form.estimate_view.text("time") == "about 1 h 53 min on the CPU"
    assert form.estimate_view.text("memory") == "1.4 GB of 6.1 GB free"
    assert form.estimate_view.text("disk") == "62 MB of 81 GB free"
    assert form.start_bar.reason == "About 1 h 53 min on this machine."
    assert form.command.text == "dinotrain fit dinosaurs-quick"
    assert form.data_view.text == "12,000 pictures in 2 classes"


def test_without_a_recipe_and_without_its_settings_it_says_so(bench):
    form, worker = bench
    assert form.start_bar.reason == "Choose a recipe."
    form.fields_wanted.disconnect(worker.give_fields)
    form.set_recipes(RECIPES)
    assert not form.start_bar.ready
    assert form.start_bar.reason == "Reading the settings of the recipe…"
    form.set_failure("The recipe dinosaurs-quick cannot be read: it is not TOML. Choose another one.")
    assert form.start_bar.reason == "The recipe dinosaurs-quick cannot be read: it is not TOML. Choose another one."


def test_the_button_and_ctrl_return_start_the_order(ready, qtbot):
    form, worker = ready
    write(qtbot, form.name_field, "my first")
    write(qtbot, form.settings.editor("latent.dim").control, "2")
    press(form, qtbot)
    qtbot.waitUntil(lambda: worker.count("start") == 1, timeout=20_000)
    order = worker.started()[0]
    assert order == Order("dinosaurs-quick", "builtin:dinosaurs", "my first", {"latent.dim": 2})
    assert form.start_bar.reason == "“my first” is on its way."


def test_a_second_press_right_after_the_first_starts_nothing(ready, qtbot):
    form, worker = ready
    settle(qtbot, form)
    press(form, qtbot)
    press(form, qtbot)
    assert worker.count("start") == 1
    qtbot.waitUntil(lambda: form.start_bar.ready, timeout=20_000)
    press(form, qtbot)
    assert worker.count("start") == 2


def test_an_order_without_a_name_takes_the_proposed_one(ready, qtbot):
    form, _ = ready
    assert form.order().title == "dinosaurs-quick"
    form.data._take("/pictures/my dragons")
    assert form.order().title == "my dragons dinosaurs-quick"


def test_what_is_typed_is_checked_after_a_short_rest_and_only_once(ready, qtbot):
    form, worker = ready
    settle(qtbot, form)
    before = worker.count("check")
    write(qtbot, form.settings.editor("steps").control, "12345")
    assert worker.count("check") == before
    settle(qtbot, form)
    assert worker.count("check") == before + 1
    assert worker.asked[-2][0] == "check"
    assert worker.asked[-2][2] == {"steps": 12345}


def test_what_cannot_be_read_hinders_at_once_and_is_shown_by_a_button(ready, qtbot):
    form, worker = ready
    editor = form.settings.editor("latent.dim")
    write(qtbot, editor.control, "many")
    sentence = "Latent size must be a whole number from 1 to 4,096, and 'many' is not."
    assert form.start_bar.reason == sentence
    assert not form.start_bar.ready
    settle(qtbot, form)
    assert worker.asked[-1] == ("check", "dinosaurs-quick", {})
    press(form, qtbot)
    assert worker.count("start") == 0
    form.name_field.setFocus()
    qtbot.mouseClick(form.start_bar.show_button, Qt.MouseButton.LeftButton)
    assert editor.control.hasFocus()


def test_a_problem_the_worker_finds_is_shown_at_its_field_even_in_the_fold(ready, qtbot):
    form, worker = ready
    worker.problems = {"ema.decay": "Decay must be less than 1, and 1.0 is not.", "": "The family says no."}
    form.reveal("ema.decay")
    write(qtbot, form.settings.editor("ema.decay").control, "1")
    settle(qtbot, form)
    assert form.start_bar.reason == "Decay must be less than 1, and 1.0 is not."
    assert form.settings.editor("ema.decay").note == "Decay must be less than 1, and 1.0 is not."
    form.settings.fold.setChecked(False)
    assert "1 wrong" in form.settings.fold.text()
    worker.problems = {"": "The family says no."}
    form.settings.editor("ema.decay").reset()
    settle(qtbot, form)
    assert form.start_bar.reason == "The family says no."
    worker.problems = {}
    form.settings.reset_all()
    settle(qtbot, form)
    assert form.start_bar.ready


def test_a_start_right_after_typing_waits_for_the_check(ready, qtbot):
    form, worker = ready
    settle(qtbot, form)
    worker.checks = False
    write(qtbot, form.settings.editor("latent.dim").control, "4000")
    press(form, qtbot)
    assert form.start_bar.reason == "Checking the settings…"
    assert worker.count("start") == 0
    form.set_problems({"latent.dim": "Latent size is too much for this family; 512 is the most."})
    assert worker.count("start") == 0
    assert form.start_bar.reason == "Latent size is too much for this family; 512 is the most."
    write(qtbot, form.settings.editor("latent.dim").control, "5")
    press(form, qtbot)
    form.set_problems({})
    assert worker.started()[0].changes == {"latent.dim": 5}


def test_an_answer_about_what_was_typed_before_is_not_shown(ready, qtbot):
    form, _ = ready
    settle(qtbot, form)
    write(qtbot, form.settings.editor("latent.dim").control, "7")
    form.set_problems({"latent.dim": "An old sentence."})
    assert form.settings.editor("latent.dim").note == "Dimensions"
    order = form.order()
    form.set_estimate(replace(order, changes={"steps": 1}), replace(ESTIMATE, steps=1))
    assert form.estimate_view.text("length") == "4,000 steps, 256,000 images"
    form.set_data_report(found("/some/other/folder", count=1))
    assert form.data_view.text == "12,000 pictures in 2 classes"


def test_another_recipe_keeps_what_was_changed_and_shows_the_new_defaults(ready, qtbot):
    form, _ = ready
    write(qtbot, form.settings.editor("steps").control, "99")
    form.recipe.list.chosen.emit("fastgan")
    settle(qtbot, form)
    assert form.settings.editor("latent.dim").control.text() == "100"
    assert form.settings.editor("steps").control.text() == "99"
    assert form.order().changes == {"steps": 99}
    form.settings.fold.setChecked(True)
    settle(qtbot, form)
    assert form.settings.editor("model.width").isVisible()
    form.recipe.list.chosen.emit("vae")
    settle(qtbot, form)
    assert form.settings.editor("model.width") is None


def test_settings_of_a_recipe_left_meanwhile_are_not_shown(ready):
    form, _ = ready
    form.set_fields(GAN, "fastgan")
    assert form.settings.editor("latent.dim").control.text() == "8"


def test_what_is_about_drawn_pictures_goes_when_a_folder_is_chosen(ready, qtbot):
    form, worker = ready
    editor = form.settings.editor("data.count")
    write(qtbot, editor.control, "500")
    form.data._take("/pictures/dragons")
    assert not editor.isVisible()
    assert form.order().changes == {}
    assert worker.asked[-1] == ("look", "/pictures/dragons")
    form.data._take("builtin:dinosaurs")
    assert editor.isVisible()
    assert form.order().changes == {"data.count": 500}


def test_problems_of_the_pictures_hinder_and_warnings_do_not(ready, qtbot):
    form, worker = ready
    reason = "There are no pictures in /empty; choose a folder of PNG or JPEG files."
    worker.report["/empty"] = found("/empty", 0, (), problems=(reason,), examples=0)
    worker.report["/odd"] = found("/odd", 1, ("a",), warnings=("There is only one picture.",), examples=1)
    worker.report["/gone"] = "The folder /gone is not there any more; choose another one."
    form.data._take("/empty")
    settle(qtbot, form)
    assert not form.start_bar.ready
    assert form.start_bar.reason == reason
    assert form.data_view.text == "No pictures"
    assert not form.data_view.strip.isVisible()
    form.data._take("/odd")
    settle(qtbot, form)
    assert form.start_bar.ready
    assert form.data_view.text == "1 picture in one class"
    assert form.data_view.notes.texts == ("There is only one picture.",)
    assert form.data_view.strip.count == 1
    form.data._take("/gone")
    settle(qtbot, form)
    assert form.start_bar.reason == "The folder /gone is not there any more; choose another one."


def test_pictures_that_are_still_looked_at_hinder_and_can_be_looked_at_again(ready, qtbot):
    form, worker = ready
    settle(qtbot, form)
    worker.looks = False
    form.data_view.again_button.click()
    assert form.start_bar.reason == "The pictures are still being looked at."
    assert not form.data_view.again_button.isEnabled()
    form.set_data_report(found("builtin:dinosaurs"))
    assert form.start_bar.ready


def test_an_estimate_that_is_more_than_free_is_said_in_words(ready, qtbot):
    form, _ = ready
    warning = "The memory would not suffice: a batch of 16 pictures would fit."
    tight = replace(ESTIMATE, memory_bytes=9_000_000_000, disk_bytes=80_000_000_000, warnings=(warning,))
    form.set_estimate(form._estimated, tight)
    assert form.estimate_view.text("memory") == "9.0 GB of 6.1 GB free (more than is free)"
    assert form.estimate_view.text("disk") == "80 GB of 81 GB free (nearly all)"
    assert form.estimate_view.notes.texts == (warning,)
    form.set_estimate(form._estimated, "No estimate: the family 'x' cannot be built at 17 px.")
    assert form.estimate_view.text("time") == "–"
    unknown = Estimate(10, 640, 0, float("nan"), 0, 0, 0, 0, "cpu", "")
    form.set_estimate(form._estimated, unknown)
    assert form.estimate_view.text("time") == "not known"
    assert form.estimate_view.text("memory") == "not known"
    assert form.start_bar.reason == ""


def test_a_sweep_starts_a_run_for_each_value(ready, qtbot):
    form, worker = ready
    form.sweep.switch.click()
    assert form.sweep.note == "5 runs, one after the other: 2, 5, 10, 50, 150"
    assert form.start_bar.button.text() == "Start 5 runs"
    assert not form.settings.editor("latent.dim").isVisible()
    settle(qtbot, form)
    assert worker.asked[-1][1].changes == {"latent.dim": 150}
    assert form.estimate_view.text("time") == "about 9 h 27 min on the CPU, 5 runs one after the other"
    press(form, qtbot)
    assert worker.asked[-1] == ("sweep", form.order(), "latent.dim", [2, 5, 10, 50, 150])
    assert form.order().changes == {}
    form.sweep.switch.click()
    assert form.start_bar.button.text() == "Start training"
    assert form.settings.editor("latent.dim").isVisible()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2", "Several values of Latent size are wanted; write them with commas, such as 2, 5, 10."),
        ("2, 2, 2", "Several values of Latent size are wanted; write them with commas, such as 2, 5, 10."),
        ("2, x", "Latent size must be a whole number from 1 to 4,096, and 'x' is not."),
        (
            " ".join(map(str, range(1, 31))),
            "30 runs are more than can be compared; write at most 24 values.",
        ),
    ],
)
def test_values_that_make_no_sweep_are_refused(ready, qtbot, text, sentence):
    form, _ = ready
    form.sweep.set_sweep("latent.dim", text)
    settle(qtbot, form)
    assert form.sweep.note == sentence
    assert form.start_bar.reason == sentence
    assert not form.start_bar.ready
    qtbot.mouseClick(form.start_bar.show_button, Qt.MouseButton.LeftButton)
    assert form.sweep.values_field.hasFocus()


def test_a_problem_of_a_value_that_is_swept_hinders_too(ready, qtbot):
    form, _ = ready
    form.sweep.switch.click()
    settle(qtbot, form)
    form.set_problems({"latent.dim": "Latent size must be at most 128 for this family, and 150 is not."})
    assert form.start_bar.reason == "Latent size must be at most 128 for this family, and 150 is not."
    assert not form.start_bar.ready


def test_a_check_that_fails_altogether_is_told(ready, qtbot):
    form, worker = ready
    settle(qtbot, form)
    worker.checks = False
    write(qtbot, form.settings.editor("latent.dim").control, "5")
    press(form, qtbot)
    form.set_failure("The settings cannot be checked: torch is not installed. Install it and start again.")
    assert form.start_bar.reason.startswith("The settings cannot be checked: torch is not installed.")
    assert worker.count("start") == 0


def test_a_setting_in_the_fold_is_brought_to_light(ready, qtbot):
    form, _ = ready
    form.resize(900, 360)
    form.reveal("log.tensorboard")
    settle(qtbot, form)
    editor = form.settings.editor("log.tensorboard")
    assert editor.control.hasFocus()
    qtbot.waitUntil(lambda: not editor.visibleRegion().isEmpty(), timeout=20_000)


def test_a_sweep_can_be_about_any_number_or_choice(ready, qtbot):
    form, _ = ready
    form.sweep.switch.click()
    menu = form.sweep.setting.choices()
    names = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert names == ["Latent size", "Steps", "Number of pictures", "Precision", "Optimiser", "Averaged weights"]
    next(action for action in menu.actions() if action.text() == "Precision").trigger()
    assert form.sweep.values_field.text() == "auto"
    write(qtbot, form.sweep.values_field, "fp32; auto")
    assert form.sweep.values == ["fp32", "auto"]


def test_a_run_is_filled_in_to_be_run_again(ready, qtbot):
    form, worker = ready
    order = Order("fastgan", "/pictures/dragons", "dragons 2", {"latent.dim": 64, "ema.decay": 0.9})
    form.sweep.switch.click()
    form.prefill(order)
    settle(qtbot, form)
    assert form.order() == order
    assert ("look", "/pictures/dragons") in worker.asked
    assert not form.sweep.active
    assert form.settings.editor("latent.dim").control.text() == "64"
    form.settings.fold.setChecked(True)
    settle(qtbot, form)
    assert form.settings.editor("ema.decay").control.text() == "0.9"
    form.prefill(replace(order, changes={}))
    assert form.order().changes == {}


def test_prefilling_before_the_recipes_are_there_works_too(bench, qtbot):
    form, worker = bench
    form.prefill(Order("vae", "builtin:dinosaurs", "again", {"latent.dim": 3}))
    form.set_recipes(RECIPES)
    settle(qtbot, form)
    assert form.order() == Order("vae", "builtin:dinosaurs", "again", {"latent.dim": 3})
    assert worker.count("look") == 1
    assert form.start_bar.ready


def test_the_fold_and_the_filter_show_what_is_wanted(ready, qtbot):
    form, _ = ready
    assert form.settings.editor("optimizer.beta1") is None
    qtbot.keyClicks(form.settings.filter_field, "decay")
    settle(qtbot, form)
    shown = [field.key for field in form.settings.fields if _seen(form, field.key)]
    assert shown == ["optimizer.beta1", "ema.decay"]
    form.settings.filter_field.setText("nothing like it")
    labels = [label.text() for label in form.settings.findChildren(QLabel) if label.isVisible()]
    assert "No setting with these words. Empty the field to see all." in labels
    form.settings.filter_field.clear()
    assert not _seen(form, "ema.decay")
    qtbot.mouseClick(form.settings.fold, Qt.MouseButton.LeftButton)
    settle(qtbot, form)
    assert all(_seen(form, field.key) for field in form.settings.fields)


def _seen(form: LaunchForm, key: str) -> bool:
    editor = form.settings.editor(key)
    return editor is not None and editor.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_recipe_is_found_and_chosen_by_keyboard(ready, qtbot):
    form, worker = ready
    qtbot.keyClick(form.recipe.button, Qt.Key.Key_Down)
    drop = form.recipe.list
    assert drop.isVisible()
    qtbot.keyClicks(drop.filter_field, "hundred")
    qtbot.keyClick(drop.filter_field, Qt.Key.Key_Return)
    assert not drop.isVisible()
    assert form.recipe.present == "fastgan"
    assert worker.asked[-1] == ("fields", "fastgan")


def test_pictures_are_chosen_from_the_menu_a_dialog_or_by_dropping(ready, qtbot, tmp_path):
    form, worker = ready
    form.set_recent_data(["/old/dragons", "builtin:dinosaurs"])
    menu = form.data.button.choices()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[:4] == ["Built-in dinosaurs", "dragons   –   /old", "Folder…", ".npz file…"]
    assert texts[4:] == ["Prepare pictures…", "Look through a dataset…"]
    next(action for action in menu.actions() if action.text() == "Folder…").trigger()
    dialog = form.data.dialog
    dialog.fileSelected.emit(str(tmp_path))
    dialog.reject()
    assert worker.asked[-1] == ("look", str(tmp_path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/new/set.npz")])
    none = Qt.KeyboardModifier.NoModifier
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(4, 4), copy, data, left, none)
    form.data.dragEnterEvent(enter)
    assert enter.isAccepted()
    form.data.dropEvent(QDropEvent(QPointF(4, 4), copy, data, left, none))
    assert form.data.source == "/new/set.npz"
    data.setUrls([QUrl.fromLocalFile("/a/checkpoint.safetensors")])  # that is for the window to open
    enter = QDragEnterEvent(QPoint(4, 4), copy, data, left, none)
    enter.ignore()
    form.data.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_the_command_line_is_copied(ready, qtbot):
    form, _ = ready
    assert form.command.line.isReadOnly()
    qtbot.mouseClick(form.command.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "dinotrain fit dinosaurs-quick"
    assert form.command.copy_button.text() == "Copied"


def test_a_failure_is_told_and_can_be_tried_again(ready, qtbot):
    form, worker = ready
    settle(qtbot, form)
    press(form, qtbot)
    form.set_failure("The run cannot start: the disk is full. Free some space and start again.")
    assert form.start_bar.reason == "The run cannot start: the disk is full. Free some space and start again."
    qtbot.waitUntil(lambda: not form._guard.isActive(), timeout=20_000)
    press(form, qtbot)
    assert worker.count("start") == 2


@pytest.mark.parametrize("size", [(480, 400), (1024, 540), (1280, 620), (1920, 980)])
def test_the_start_button_is_always_in_sight_and_nothing_is_cut_sideways(ready, qtbot, size):
    form, _ = ready
    form.resize(*size)
    form.settings.fold.setChecked(True)
    settle(qtbot, form)
    assert form.size().width() == size[0]
    button = form.start_bar.button
    assert form.rect().contains(button.mapTo(form, button.rect().bottomRight() - QPoint(1, 1)))
    viewport = form._layout._main_area.viewport()
    assert form._layout._main.width() <= viewport.width()
    assert form.estimate_view.isVisible()
    assert form._layout.wide == (size[0] >= 860)


def test_every_control_has_a_name(ready, qtbot):
    form, _ = ready
    form.settings.fold.setChecked(True)
    settle(qtbot, form)
    for kind in (QLineEdit, QToolButton):
        for control in form.findChildren(kind):
            if control.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert control.accessibleName(), control


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_a_warning_can_be_read_on_its_card(colours):
    def light(name: str) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(name).getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for ground in (colours.window, colours.panel, colours.raised):
        lighter, darker = sorted((light(colours.warning), light(ground)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (time_text(0.2), "1 s"), (time_text(89), "89 s"), (time_text(720), "12 min"), (time_text(7200), "2 h"),
        (time_text(3599), "1 h"), (time_text(200_000), "2 d 8 h"), (time_text(float("nan")), ""),
        (size_text(999), "999 bytes"), (size_text(1_400_000_000), "1.4 GB"), (size_text(62_000_000), "62 MB"),
        (size_text(999_600), "1.0 MB"), (count_text(12_000), "12,000"), (count_text(1_240_000), "1.24 million"),
        (rate_text(0.42, "pictures"), "0.4 pictures/s"), (rate_text(1413.7, "steps"), "1,414 steps/s"),
    ],
)  # fmt: skip
def test_amounts_are_said_as_people_say_them(text, wanted):
    assert text == wanted


def test_the_pictures_are_as_many_as_the_settings_say(ready):
    form, _ = ready
    form.prefill(replace(form.order(), changes={"data.count": 500}))
    assert form.data_view.text == "500 pictures in 2 classes"
