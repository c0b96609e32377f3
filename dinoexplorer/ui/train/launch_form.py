"""The form that starts a training: recipe, pictures, name, settings, and what it will take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from dinoexplorer.runs.views import DataReport, Estimate, Order
from dinoexplorer.ui.train.amounts import time_text
from dinoexplorer.ui.train.command_view import CommandView
from dinoexplorer.ui.train.data_chooser import DataChooser, source_name
from dinoexplorer.ui.train.data_view import DataView
from dinoexplorer.ui.train.estimate_view import EstimateView
from dinoexplorer.ui.train.launch_layout import LaunchLayout
from dinoexplorer.ui.train.recipe_chooser import RecipeChooser
from dinoexplorer.ui.train.recipe_list import Recipe
from dinoexplorer.ui.train.setting_text import shown
from dinoexplorer.ui.train.settings_form import SettingsForm
from dinoexplorer.ui.train.start_bar import StartBar
from dinoexplorer.ui.train.sweep_row import SweepRow
from dinoexplorer.ui.train.text_control import HEIGHT

if TYPE_CHECKING:
    from dinoexplorer.runs.schema import SettingField

_PAUSE = 150  # of typing, before what was typed is checked
_GUARD = 800  # a second press of the button so soon is the same one
_FIRST_RECIPE = "dinosaurs-quick"
_NAME_LENGTH = 100
_DRAWN = "data.count"  # how many pictures the program draws where they are its own


class LaunchForm(QWidget):
    """Reads nothing from disk: what it wants to know it asks for by signal, and is told by the `set_` methods."""

    start_wanted = Signal(object)  # Order
    sweep_wanted = Signal(object, str, object)  # Order, key, list of values
    check_wanted = Signal(str, object)  # recipe, changes by key
    estimate_wanted = Signal(object)  # Order
    order_changed = Signal(object)  # Order, as the command line would show it
    inspect_wanted = Signal(str)  # where the pictures come from
    fields_wanted = Signal(str)  # recipe

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.recipe, self.data, self.name_field = RecipeChooser(self), DataChooser(self), QLineEdit(self)
        self.settings, self.sweep, self.start_bar = SettingsForm(self), SweepRow(self), StartBar(self)
        self.estimate_view, self.data_view, self.command = EstimateView(self), DataView(self), CommandView(self)
        self._loaded = ""  # the recipe whose settings are shown
        self._pending: Mapping[str, Any] | None = None  # changes for settings that are still to come
        self._general: tuple[str, ...] = ()  # problems that belong to no setting
        self._data_problem = ""
        self._looked_at = ""
        self._looking, self._unchecked, self._start_on_check = False, False, False
        self._said = ""  # what came of the last start, until the next edit
        self._said_wrong = False
        self._estimated: Order | None = None
        self.name_field.setMaxLength(_NAME_LENGTH)
        self.name_field.setMinimumHeight(HEIGHT)
        self.name_field.setAccessibleName("Name of the run")
        self._layout = LaunchLayout(self)
        self._pause = QTimer(self, interval=_PAUSE, singleShot=True)
        self._pause.timeout.connect(self._on_pause)
        self._guard = QTimer(self, interval=_GUARD, singleShot=True)
        self._guard.timeout.connect(self._show_state)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self, context=context).activated.connect(self.start_bar.press)
        self.recipe.recipe_chosen.connect(self._on_recipe_chosen)
        self.data.source_chosen.connect(self._on_source_chosen)
        self.data_view.look_again_asked.connect(self._look)
        self.name_field.textEdited.connect(self._on_edited)
        self.settings.edited.connect(self._on_edited)
        self.sweep.edited.connect(self._on_sweep_edited)
        self.start_bar.start_asked.connect(self._on_start_asked)
        self.start_bar.problem_asked.connect(self._on_problem_asked)
        self._propose_name()
        self._show_state()

    def order(self) -> Order:
        """What would be trained; of several values of a setting none is in it."""
        title = self.name_field.text().strip() or self.name_field.placeholderText()
        return Order(self.recipe.present, self.data.source, title, self.settings.changes())

    def set_recipes(self, recipes: Sequence[Recipe]) -> None:
        """Offer these, given as name, title and what it is for; the first time one is chosen."""
        self.recipe.set_recipes(recipes)
        if not self.recipe.present and recipes:
            names = self.recipe.names
            self.recipe.choose(_FIRST_RECIPE if _FIRST_RECIPE in names else names[0])
            self._on_recipe_chosen(self.recipe.present)
            self._look_if_new()

    def choose_recipe(self, name: str) -> None:
        """Take another recipe; the pictures and the name stay as they were chosen."""
        self.recipe.choose(name)
        self._on_recipe_chosen(name)
        self._look_if_new()

    def set_recent_data(self, sources: Sequence[str]) -> None:
        """Offer what was used before, newest first."""
        self.data.set_recent(sources)

    def set_fields(self, fields: Sequence[SettingField], recipe: str = "") -> None:
        """Show the settings of a recipe, the one that is chosen unless told otherwise."""
        if recipe and recipe != self.recipe.present:
            return  # another one has been chosen since
        self._loaded = self.recipe.present
        self.settings.set_fields(fields)
        if self._pending is not None:
            self.settings.set_changes(self._pending)
            self._pending = None
        self.sweep.set_fields(self.settings.fields)
        self._on_edited()

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Show what was found wrong; what belongs to no setting is told under the empty key."""
        if self._pause.isActive():
            return  # it is about what was typed before
        self._general = tuple(text for key, text in problems.items() if not self.settings.counts(key))
        self.settings.set_problems(problems)
        self._unchecked = False
        wanted, self._start_on_check = self._start_on_check, False
        self._show_state()
        if wanted and self.start_bar.ready:
            self._start()

    def set_estimate(self, order: Order, estimate: Estimate | str) -> None:
        """Show what the run will take, or why that is not known."""
        if order != self._estimated:
            return
        if isinstance(estimate, str):
            self.estimate_view.set_nothing(estimate)
        else:
            self.estimate_view.set_estimate(estimate)
        self._show_state()

    def set_data_report(self, report: DataReport | str) -> None:
        """Show what was found where the pictures come from, or why nothing could be found out."""
        if isinstance(report, DataReport) and report.source != self.data.source:
            return
        self._looking = False
        if isinstance(report, str):
            self._data_problem = report
            self.data_view.set_failure(report)
        else:
            self._data_problem = next(iter(report.problems), "")
            self.data_view.set_report(report)
        self._show_state()

    def set_command_line(self, text: str) -> None:
        """Show what would be run."""
        self.command.set_text(text)

    def set_failure(self, sentence: str) -> None:
        """Say why the start, or something else that was asked for, did not work out."""
        self._start_on_check = False
        self._say(sentence, wrong=True)

    def prefill(self, order: Order) -> None:
        """Show an order, to be run again with changes."""
        self.sweep.switch.setChecked(False)
        self.recipe.choose(order.recipe)
        self.name_field.setText(order.title)
        self.data.choose(order.data)
        self._look_if_new()
        if self._loaded == order.recipe:
            self.settings.set_changes(order.changes)
        else:
            self._pending = dict(order.changes)
            self.fields_wanted.emit(order.recipe)
        self._on_edited()

    def reveal(self, key: str) -> None:
        """Scroll to a setting and put the cursor into it."""
        editor = self.settings.reveal(key)
        if editor is not None:
            self._layout.scroll_to(editor)
            editor.control.setFocus()

    @Slot(str)
    def _on_recipe_chosen(self, name: str) -> None:
        self._pending = None
        if name != self._loaded:
            self.fields_wanted.emit(name)
        self._on_edited()

    @Slot()
    def _on_source_chosen(self) -> None:
        self._look()
        self._on_edited()

    @Slot()
    def _on_sweep_edited(self) -> None:
        self.settings.set_swept([self.sweep.key] if self.sweep.active else [])
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        self.settings.set_built_in(self.data.built_in)
        drawn = self.settings.value(_DRAWN)
        self.data_view.set_drawn(drawn if isinstance(drawn, int) else None)
        self._propose_name()
        self._said = ""
        self._start_on_check = False
        self._general = ()
        self._unchecked = True
        self._pause.start()
        self._show_state()

    @Slot()
    def _on_pause(self) -> None:
        self._pause.stop()
        if not self.recipe.present or self._loaded != self.recipe.present:
            return
        order = self.order()
        self.check_wanted.emit(order.recipe, dict(order.changes))
        if self.settings.unreadable() or self.sweep.problem:
            self._estimated = None
            self.estimate_view.set_nothing("It is worked out when every value can be read.")
            return
        runs, remark, first = 1, "", order
        if self.sweep.active:
            key, values = self.sweep.key, self.sweep.values
            most = max(values, key=lambda value: value if isinstance(value, int | float) else 0)
            runs, remark = len(values), f"Worked out for {key} = {shown(most)}."
            first = replace(order, changes={**order.changes, key: values[0]})
            order = replace(order, changes={**order.changes, key: most})
        self.estimate_view.set_runs(runs, remark)
        self.order_changed.emit(first)
        if self._estimated is None or replace(order, title="") != replace(self._estimated, title=""):
            self._estimated = order
            self.estimate_view.set_waiting()
            self.estimate_wanted.emit(order)

    @Slot()
    def _on_start_asked(self) -> None:
        if not self._unchecked:
            self._start()
            return
        self._start_on_check = True  # what was typed last is checked first
        if self._pause.isActive():
            self._on_pause()
        self._show_state()

    @Slot()
    def _on_problem_asked(self) -> None:
        problems = self.settings.problems()
        if problems:
            self.reveal(next(iter(problems)))
        elif self.sweep.problem:
            self._layout.scroll_to(self.sweep)
            self.sweep.values_field.setFocus()

    def _start(self) -> None:
        if self._guard.isActive():
            return
        self._guard.start()
        order = self.order()
        if self.sweep.active:
            self._say(f"{len(self.sweep.values)} runs of “{order.title}” are on their way.", wrong=False)
            self.sweep_wanted.emit(order, self.sweep.key, self.sweep.values)
        else:
            self._say(f"“{order.title}” is on its way.", wrong=False)
            self.start_wanted.emit(order)

    def _look_if_new(self) -> None:
        if self.data.source != self._looked_at:
            self._look()

    @Slot()
    def _look(self) -> None:
        self._looked_at, self._looking, self._data_problem = self.data.source, True, ""
        self.data_view.set_looking()
        self.inspect_wanted.emit(self.data.source)
        self._show_state()

    def _propose_name(self) -> None:
        recipe = self.recipe.present
        name = recipe if self.data.built_in else f"{source_name(self.data.source)} {recipe}"
        self.name_field.setPlaceholderText(name.strip()[:_NAME_LENGTH])

    def _say(self, text: str, *, wrong: bool) -> None:
        self._said, self._said_wrong = text, wrong
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        """Say whether it can start, and if not why not."""
        self.start_bar.set_runs(len(self.sweep.values) if self.sweep.active and not self.sweep.problem else 1)
        hindrance, wrong, shows = self._hindrance()
        if hindrance:
            self.start_bar.set_state(hindrance, wrong=wrong, ready=False, shows=shows)
        elif self._start_on_check:
            self.start_bar.set_state("Checking the settings…", wrong=False, ready=False)
        elif self._said:
            ready = self._said_wrong or not self._guard.isActive()
            self.start_bar.set_state(self._said, wrong=self._said_wrong, ready=ready)
        else:
            self.start_bar.set_state(self._outlook(), wrong=False, ready=True)

    def _hindrance(self) -> tuple[str, bool, bool]:
        """Why it cannot start, whether that is for the user to mend, and whether there is a field to show."""
        if not self.recipe.present:
            return "Choose a recipe.", False, False
        if self._loaded != self.recipe.present:
            return self._said or "Reading the settings of the recipe…", self._said_wrong and bool(self._said), False
        problems = [*self.settings.problems().values(), *filter(None, [self.sweep.problem])]
        if problems:
            more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
            return f"{problems[0]}{more}", True, True
        for problem in (*self._general, self._data_problem):
            if problem:
                return problem, True, False
        if self._looking:
            return "The pictures are still being looked at.", False, False
        return "", False, False

    def _outlook(self) -> str:
        estimate = self.estimate_view.estimate
        spent = time_text(estimate.seconds * self.estimate_view.runs) if estimate is not None else ""
        return f"About {spent} on this machine." if spent else ""
