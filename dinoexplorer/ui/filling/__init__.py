"""Holes in pictures: painted, filled in several ways, and one of these kept."""

from dinoexplorer.ui.filling.filling_desk import FillingDesk

__all__ = ["FillingDesk"]
