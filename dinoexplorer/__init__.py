"""DinoExplorer: a desktop workbench for the latent space of image generators."""

__version__ = "0.1.0"
