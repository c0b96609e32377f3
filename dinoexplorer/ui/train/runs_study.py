"""The inhabitant of the thread that studies orders and data before they are trained."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.runs.command_line import command_line
from dinoexplorer.runs.estimating import estimate
from dinoexplorer.runs.inspecting import inspect_data
from dinoexplorer.runs.ordering import planned_folder
from dinoexplorer.runs.schema import check, fields_of
from dinoexplorer.runs.views import Order
from training.config import list_recipes
from training.errors import TrainingError


class RunsStudy(QObject):
    """Answers what takes a while. A newer question of a kind replaces an older one that nobody has begun with."""

    recipes_found = Signal(object)
    fields_found = Signal(str, object)
    checked = Signal(object)
    command_line_made = Signal(object, str)
    estimated = Signal(object, object)
    inspected = Signal(object)
    failed = Signal(str, str)
    SAID = ("recipes_found", "fields_found", "checked", "command_line_made", "estimated", "inspected", "failed")

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()
        self._cancelled = False

    def announce(self, name: str) -> None:
        """Count a question that is on its way; called by whoever asks, in its thread."""
        with self._lock:
            self._waiting[name] += 1

    def cancel(self) -> None:
        """Leave off as soon as possible; called in any thread."""
        self._cancelled = True

    @Slot(str, object)
    def on_asked(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Answer, unless a newer question of this kind is on its way."""
        with self._lock:
            self._waiting[name] -= 1
            outdated = self._waiting[name] > 0
        if outdated or self._cancelled:
            return
        try:
            getattr(self, f"_do_{name}")(*arguments)
        except Exception as error:  # noqa: BLE001  a thread has nobody above it
            self.failed.emit(name, _sentence(error))

    def _do_recipes(self) -> None:
        self.recipes_found.emit(tuple((recipe.name, recipe.title, recipe.about) for recipe in list_recipes()))

    def _do_fields(self, recipe: str) -> None:
        self.fields_found.emit(recipe, fields_of(recipe))

    def _do_check(self, order: Order) -> dict[str, str]:
        self.command_line_made.emit(order, command_line(order, planned_folder(order, self._home)))
        problems = check(order.recipe, order.changes)
        self.checked.emit(problems)
        return problems

    def _do_estimate(self, order: Order) -> None:
        problems = self._do_check(order)
        if problems:
            self.estimated.emit(order, next(iter(problems.values())))
            return
        try:
            self.estimated.emit(order, estimate(order, self._home))
        except TrainingError as error:
            self.estimated.emit(order, _sentence(error))

    def _do_inspect(self, source: str) -> None:
        def cancelled() -> bool:
            return self._cancelled or self._waiting["inspect"] > 0

        try:
            report = inspect_data(source, cancelled)
        except TrainingError as error:
            self.inspected.emit(_sentence(error))
            return
        if not cancelled():
            self.inspected.emit(report)


def _sentence(error: Exception) -> str:
    text = str(error) if isinstance(error, TrainingError) else f"{type(error).__name__}: {error}"
    return f"{text[:1].upper()}{text[1:]}"
