"""Changing the picture with the hand on it: dragging its points, and painting with the latent."""

from dinoexplorer.ui.shaping.shaping_desk import ShapingDesk

__all__ = ["ShapingDesk"]
