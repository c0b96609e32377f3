"""The actions of the window, for the palette."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QAction

from dinoexplorer.ui.actions import COMMANDS, Command, shown_keys
from dinoexplorer.ui.palette.entry import Entry

_NOT_NOW = "Not possible now."


class CommandEntries:
    """Every action but those that only make sense outside the palette.

    ``why_not`` says, by the name of an action that is switched off, why it is; an empty text when there is no reason
    to give.
    """

    def __init__(
        self, actions: Mapping[str, QAction], why_not: Callable[[str], str], *, without: Sequence[str] = ()
    ) -> None:
        self._actions, self._why_not = actions, why_not
        self._commands = tuple(command for command in COMMANDS if command.name not in without)

    def entries(self) -> list[Entry]:
        """See `Provider`."""
        return [self._entry(command) for command in self._commands]

    def _entry(self, command: Command) -> Entry:
        action = self._actions[command.name]
        return Entry(
            f"command:{command.name}",
            command.text,
            "on" if action.isCheckable() and action.isChecked() else "",
            action.trigger,
            command.help,
            f"{command.keywords} {command.name} {command.short}",
            shown_keys(command)[0],
            "" if action.isEnabled() else self._why_not(command.name) or _NOT_NOW,
        )
