"""Every action of the window: its name, its keys, and a line of help."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Command:
    """What can be done in the window. The first key is the one that is shown."""

    name: str
    text: str
    keys: tuple[str, ...]
    help: str
    checkable: bool = False
    short: str = ""


COMMANDS = (
    Command(
        "random", "Random picture", ("R",), "Go to a random place among the data; locked values stay.", short="Random"
    ),
    Command("undo", "Undo", ("Ctrl+Z",), "Go back one step; one drag is one step."),
    Command("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Go forward again."),
    Command("reset", "Reset to the mean", ("Home",), "Put every value back to its mean; locked values stay."),
    Command("save", "Save picture as PNG", ("Ctrl+S",), "Save the picture at the generator's own size."),
    Command(
        "pixels", "Pixels or smooth", ("P",), "Show every pixel as a square, or smoothly. A click does the same.", True
    ),
    Command("home", "Whole map", ("H",), "Show the whole latent map. A double click does the same."),
    Command("bare", "Only the picture", ("Space",), "Hide everything but the picture, and bring it back.", True),
    Command("fullscreen", "Full screen", ("F", "F11"), "Fill the screen, and leave it again.", True),
    Command("back", "Back", ("Esc",), "Leave full screen and the bare picture, put a notice away."),
    Command("open", "Open checkpoint…", ("Ctrl+O",), "Open a checkpoint; dropping a file on the window does the same."),
    Command("checkpoints", "Choose a checkpoint", ("Ctrl+Shift+O",), "Drop down the shipped and recent checkpoints."),
    Command("device", "Choose the device", ("Ctrl+D",), "Drop down the devices that can make the pictures."),
    Command("filter", "Find a dimension", ("Ctrl+F",), "Show only the sliders whose name holds a text."),
    Command("explore", "Explore", ("Ctrl+1",), "Show the map, the picture and the sliders.", True),
    Command("train", "Train", ("Ctrl+2",), "Launch a training run, watch and steer those there are.", True),
    Command("new_run", "New training run", ("Ctrl+N",), "Choose what to train, on which pictures, and start it."),
    Command("theme", "Light or dark", ("Ctrl+T",), "Go from the system's theme to light to dark."),
    Command("help", "Keyboard and mouse", ("F1",), "Show this overview."),
    Command("quit", "Quit", ("Ctrl+Q",), "Close the window."),
)


def build_actions(parent: QWidget) -> dict[str, QAction]:
    """An action for each command, by name, all reachable from anywhere in ``parent``."""
    actions = {}
    for command in COMMANDS:
        action = QAction(command.text, parent)
        action.setObjectName(command.name)
        action.setIconText(command.short or command.text)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setToolTip(f"{command.text} ({shown_keys(command)[0]})")
        action.setWhatsThis(command.help)
        action.setStatusTip(command.help)
        action.setCheckable(command.checkable)
        parent.addAction(action)
        actions[command.name] = action
    return actions


def shown_keys(command: Command) -> list[str]:
    """The keys of a command as the platform writes them."""
    return [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in command.keys]
