"""The command palette: everything that has a name, found by typing a piece of it."""

from dinoexplorer.ui.palette.palette import Palette

__all__ = ["Palette"]
