"""The commands for the run that is watched: pause, sample, save, stop, and what comes after its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dinoexplorer.runs.views import RunDetail
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.train.asked import Asked
from training.run import LIVE_STATES

KILL_AFTER = 30.0
"""Seconds that a run has to obey a stop before it may be killed."""
_TICK = 250
_LONGER = ((1.25, "quarter"), (1.5, "half"), (2.0, ""))
_COMMANDS = {
    "pause": ("pause", "Pause", "Pause: the model stays loaded"),
    "resume": ("play", "Go on", "Go on from the pause"),
    "sample": ("grid", "Sample now", "Sample now: draw a sheet of samples"),
    "save": ("save", "Save", "Save: write a checkpoint now"),
    "stop": ("stop", "Stop and keep", "Stop: everything is saved, and the run can be resumed"),
}
_ASKED = {
    "pause": "Pausing…",
    "resume": "Going on…",
    "sample": "Sampling…",
    "save": "Saving…",
    "stop": "Stopping…",
    "kill": "Killing…",
    "start": "Resuming…",
}
_NOT_PAUSED = "The run is paused; it does that as soon as it goes on"


class SteeringBar(QWidget):
    """Buttons that answer at once: they say "Pausing…" until the run shows that it heard.

    Kill is offered `KILL_AFTER` seconds after a stop that the run did not obey; the seconds are counted down where
    everybody sees them, and one click then does it.
    """

    command_wanted = Signal(str)  # pause, resume, sample, save or stop
    kill_wanted = Signal()
    resume_wanted = Signal(object)  # total steps, or None for what is left

    def __init__(self, parent: QWidget | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._asked = Asked(clock)
        self._detail: RunDetail | None = None
        self._stopping_since: float | None = None
        self.buttons: dict[str, IconButton] = {}
        self._row = row = FlowLayout(self, gap=6)
        for command, (icon, text, about) in _COMMANDS.items():
            button = IconButton(icon, about, self, text=text)
            button.setObjectName(command)
            button.clicked.connect(self._on_command_clicked)
            self.buttons[command] = button
            row.addWidget(button)
        self.kill = IconButton("warning", "Kill: what came after the last checkpoint is lost", self, text="Kill")
        self.start = IconButton("play", "Resume from where it was saved", self, text="Resume")
        self.start.setProperty("primary", True)
        self.longer = MenuButton("play", "Train longer than was planned", self)
        self.longer.setText("Train longer")
        for button in (self.kill, self.start, self.longer):
            row.addWidget(button)
        self.kill.clicked.connect(self._on_kill_clicked)
        self.start.clicked.connect(self._on_start_clicked)
        self.longer.choices().triggered.connect(self._on_longer_triggered)
        self._timer = QTimer(self, interval=_TICK)
        self._timer.timeout.connect(self.tick)
        self._show()

    def set_detail(self, detail: RunDetail) -> None:
        """Show what can be done with the run as it is now."""
        if self._detail is None or self._detail.row.folder != detail.row.folder:
            self._asked.forget()
            self._stopping_since = None
        self._detail = detail
        self._asked.look(detail)
        if detail.row.state == "stopping" or self._asked.waits_for("stop"):
            if self._stopping_since is None:  # asked here, or by somebody else
                self._stopping_since = self._clock()
        else:
            self._stopping_since = None
        self._show()

    def forget(self, command: str, folder: Path | None = None) -> None:
        """Offer a command again that could not be given, such as when the run's folder was not to be written."""
        if self._detail is not None and folder in {None, self._detail.row.folder}:
            self._asked.drop(command)
            if command == "stop" and self._detail.row.state != "stopping":
                self._stopping_since = None
            self._show()

    def seconds_to_kill(self) -> float:
        """How long until Kill is offered; infinite when no stop waits to be obeyed."""
        if self._stopping_since is None:
            return float("inf")
        return max(KILL_AFTER - (self._clock() - self._stopping_since), 0.0)

    @Slot()
    def tick(self) -> None:
        """Count down, and offer again what nobody answered."""
        if self._detail is not None:
            self._asked.look(self._detail)
        self._show()

    def _show(self) -> None:
        detail = self._detail
        state = detail.row.state if detail is not None else "queued"
        steerable = state in LIVE_STATES - {"queued"}
        waiting = self._asked
        for command, button in self.buttons.items():
            text, about = _COMMANDS[command][1:]
            asked = waiting.waits_for(command) or (command == "stop" and state == "stopping")
            button.setText(_ASKED[command] if asked else text)
            button.setToolTip(_NOT_PAUSED if state == "paused" and command in {"sample", "save"} else about)
            button.setEnabled(not asked and _possible(command, state) and not waiting.waits_for("stop"))
            button.setVisible(steerable and command != ("pause" if state == "paused" else "resume"))
            button.updateGeometry()
        self._show_kill()
        ended = detail is not None and state not in LIVE_STATES
        asked = waiting.waits_for("start")
        self.start.setVisible(ended and state != "finished")
        self.longer.setVisible(ended and state == "finished")
        self.start.setText(_ASKED["start"] if asked else "Resume")
        self.longer.setText(_ASKED["start"] if asked else "Train longer")
        for button in (self.start, self.longer):
            button.setEnabled(not asked)
            button.updateGeometry()
        if ended and detail is not None and state == "finished" and detail.row.total_steps != self._offered():
            self._offer(detail.row.total_steps)
        self.setVisible(steerable or ended)
        if self._stopping_since is not None or waiting:
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()
        self._row.invalidate()

    def _show_kill(self) -> None:
        left = self.seconds_to_kill()
        asked = self._asked.waits_for("kill")
        self.kill.setVisible(self._stopping_since is not None)
        self.kill.setEnabled(left <= 0 and not asked)
        seconds = int(-(-left // 1)) if left != float("inf") else 0
        self.kill.setText(_ASKED["kill"] if asked else f"Kill in {seconds} s" if left > 0 else "Kill")
        self.kill.updateGeometry()

    def _offered(self) -> int:
        return int(self.longer.property("total_steps") or 0)

    def _offer(self, total: int) -> None:
        self.longer.setProperty("total_steps", total)
        menu = self.longer.choices()
        menu.clear()
        for factor, words in _LONGER:
            steps = round(total * factor)
            length = f"A {words} longer" if words else "Twice as long"
            menu.addAction(f"{length}: to {steps:,} steps")
            menu.actions()[-1].setData(steps)

    @Slot()
    def _on_command_clicked(self) -> None:
        command = self.sender().objectName()
        if self._detail is not None:
            self._asked.ask(command, self._detail)
            if command == "stop" and self._stopping_since is None:
                self._stopping_since = self._clock()
            self._show()
            self.command_wanted.emit(command)

    @Slot()
    def _on_kill_clicked(self) -> None:
        if self._detail is not None and self.seconds_to_kill() <= 0:
            self._asked.ask("kill", self._detail)
            self._show()
            self.kill_wanted.emit()

    @Slot()
    def _on_start_clicked(self) -> None:
        self._resume(None)

    @Slot(QAction)
    def _on_longer_triggered(self, action: QAction) -> None:
        self._resume(int(action.data()))

    def _resume(self, steps: int | None) -> None:
        if self._detail is not None:
            self._asked.ask("start", self._detail)
            self._show()
            self.resume_wanted.emit(steps)


def _possible(command: str, state: str) -> bool:
    if command in {"sample", "save"}:
        return state == "running"
    return state in {"preparing", "running", "paused"}
