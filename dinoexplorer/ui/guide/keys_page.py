"""The page of keys and gestures, made from the actions themselves so that it is always true."""

from __future__ import annotations

from collections.abc import Iterable

from dinoexplorer.finding.guide_pages import Page
from dinoexplorer.ui.actions import COMMANDS, shown_keys
from dinoexplorer.ui.gestures import GESTURES

KEYS_PAGE = "90-keyboard-and-mouse.md"


def keys_page() -> Page:
    """Every key and every gesture on one page."""
    keys = ((" or ".join(shown_keys(command)), f"**{command.text}**. {command.help}") for command in COMMANDS)
    text = (
        "# Keyboard and mouse\n\n"
        "Every action is also in the command palette (Ctrl+K): type a piece of its name.\n\n"
        f"## Keys\n\n{_table(('Keys', 'What it does'), keys)}\n\n"
        f"## Mouse\n\n{_table(('Gesture', 'What it does'), GESTURES)}\n"
    )
    return Page(KEYS_PAGE, "Keyboard and mouse", text)


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [head, ("---", "---"), *rows]
    return "\n".join(f"| {first} | {second} |" for first, second in lines)
