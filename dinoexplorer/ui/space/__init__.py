"""The tab Space: moving within a space as a whole."""

from dinoexplorer.ui.space.space_desk import SpaceDesk

__all__ = ["SpaceDesk"]
