"""The place Morph: the timeline below the picture, and the film that it shows."""

from dinoexplorer.ui.morph.morph_desk import MorphDesk

__all__ = ["MorphDesk"]
