"""The tab of directions: sliders along them, finding and teaching them, and arithmetic of codes."""

from dinoexplorer.ui.directions.directions_desk import DirectionsDesk

__all__ = ["DirectionsDesk"]
