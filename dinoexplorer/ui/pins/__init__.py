"""The kept places: their gallery, their marks on the map, and their way in and out of files."""

from dinoexplorer.ui.pins.pins_desk import PinsDesk

__all__ = ["PinsDesk"]
