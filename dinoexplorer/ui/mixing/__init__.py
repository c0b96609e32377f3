"""The tab Mix: blends of several codes by hand, children of two, and breeding."""

from dinoexplorer.ui.mixing.mix_desk import MixDesk

__all__ = ["MixDesk"]
