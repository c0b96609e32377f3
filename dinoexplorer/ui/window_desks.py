"""What the window has beside its places and the first picture need not wait for: each is made when first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from dinoexplorer.ui.train.loading import load_module

if TYPE_CHECKING:
    from dinoexplorer.ui.compare.compare_desk import CompareDesk
    from dinoexplorer.ui.dataset.dataset_desk import DatasetDesk
    from dinoexplorer.ui.guidance import Guidance
    from dinoexplorer.ui.main_window import MainWindow
    from dinoexplorer.ui.readings import ReadingsDesk

_NAMES = ("compare", "datasets", "guidance", "readings")
_MODULES = ("compare.compare_desk", "dataset.dataset_desk", "guidance", "readings")


class WindowDesks:
    """Makes each once, and wires it to the window."""

    def __init__(self, window: MainWindow, why_not: Callable[[str], str]) -> None:
        self._window, self._why_not = window, why_not

    @cached_property
    def compare(self) -> CompareDesk:
        """What puts generators side by side."""
        from dinoexplorer.ui.compare.compare_desk import CompareDesk  # noqa: PLC0415  as all here: see the first line

        window = self._window
        desk = CompareDesk(
            window.explorer, window.renderer, window.settings, window.actions_by_name, window.known_checkpoints
        )
        desk.open_wanted.connect(window.open_in_place)
        desk.told.connect(window.status_line.tell)
        return desk

    @cached_property
    def datasets(self) -> DatasetDesk:
        """What prepares datasets and looks through them."""
        from dinoexplorer.ui.dataset.dataset_desk import DatasetDesk  # noqa: PLC0415
        from dinoexplorer.ui.palette.recipe_entries import read_recipes  # noqa: PLC0415

        window = self._window
        desk = DatasetDesk(window.explorer, window.settings, read_recipes, window)
        desk.told.connect(window.status_line.tell)
        desk.train_wanted.connect(window.places.train_on)
        desk.explore_wanted.connect(partial(window.places.show_place, "explore"))
        return desk

    @cached_property
    def guidance(self) -> Guidance:
        """Palette and guide."""
        from dinoexplorer.ui.guidance import Guidance  # noqa: PLC0415

        window = self._window
        return Guidance(
            window, window.actions_by_name, window.settings, why_not=self._why_not,
            checkpoints=window.known_checkpoints, open_=window.open_file, train=window.places.train_recipe,
        )  # fmt: skip

    @cached_property
    def readings(self) -> ReadingsDesk:
        """What asks how a file of another program is read."""
        from dinoexplorer.ui.readings import ReadingsDesk  # noqa: PLC0415

        desk = ReadingsDesk(self._window, lambda: self._window.opening.wanted)
        desk.open_wanted.connect(self._window.open)
        return desk

    def close_down(self) -> None:
        """End the threads of those that were made."""
        for name in _NAMES:
            if name in vars(self):
                getattr(self, name).close_down()


def load() -> None:
    """Import what these need; to be called in a thread, so that the first use of each is quick."""
    for module in _MODULES:
        load_module(f"dinoexplorer.ui.{module}")
