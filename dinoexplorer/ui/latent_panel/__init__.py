"""The sliders: one for each dimension of the latent code."""

from dinoexplorer.ui.latent_panel.latent_panel import LatentPanel

__all__ = ["LatentPanel"]
