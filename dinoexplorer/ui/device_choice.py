"""Which device was chosen, which one is in use, and which there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.settings import Settings
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.top_bar import TopBar


@dataclass(frozen=True, slots=True)
class DeviceNames:
    """The devices of this machine, and the name of the one in use in an opening (its number)."""

    generation: int
    available: list[str]
    present: str


class DeviceChoice(QObject):
    """Keeps the menu of devices, and what the status line calls the one in use.

    Attributes
    ----------
    in_use
        The device of what is open, as it was asked for; empty while nothing is.
    name
        What a person calls it, as far as that is known.
    """

    named = Signal()  # `name` is another one

    def __init__(self, settings: Settings, bar: TopBar, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.in_use = ""
        self.name = ""
        self._settings, self._bar, self._background = settings, bar, background
        self._known = ["auto"]
        self._looked_for = 0  # the generation that devices were looked for last
        background.finished.connect(self._on_background_finished)
        bar.set_devices(sorted({"auto", settings.device}), settings.device)

    @property
    def untried(self) -> bool:
        """Whether one was chosen by name that is not the one in use."""
        return self._settings.device not in {"auto", self.in_use}

    def choose(self, device: str) -> None:
        """Remember and show a choice; opening on it is the owner's."""
        self._settings.device = device
        self._bar.show_device(device)

    def opened_on(self, generation: int, device: str) -> None:
        """Something is open on ``device``; look for what it is called, and for the others."""
        self.in_use = self._settings.device
        self.name = device.upper()
        self._look_for(generation, device)

    def opening_failed(self, generation: int) -> None:
        """What is open goes on where it is; when nothing is, the others are looked for."""
        if self.in_use:
            self._settings.device = self.in_use
            self._bar.set_devices(self._known, self.in_use)
        else:
            self._look_for(generation, "")

    def resolved(self, device: str) -> str:
        """A device as torch names it, as far as that is known."""
        if device == "auto":
            return (*self._known[1:], "")[0]
        return "cuda:0" if device == "cuda" else device

    def _look_for(self, generation: int, present: str) -> None:
        self._looked_for = generation
        self._background.start("devices", partial(_find_devices, generation, present))

    @Slot(str, object)
    def _on_background_finished(self, _task: str, result: object) -> None:
        if isinstance(result, DeviceNames) and result.generation == self._looked_for:
            self._known = ["auto", *result.available]
            self._bar.set_devices(self._known, self._settings.device)
            self.name = result.present
            self.named.emit()


def _find_devices(generation: int, present: str) -> DeviceNames:
    from dinoexplorer.generators.devices import available_devices, describe_device  # noqa: PLC0415  (torch)

    return DeviceNames(generation, available_devices(), describe_device(present))
