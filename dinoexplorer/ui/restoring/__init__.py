"""Damaged pictures through the autoencoder that is open, with before and after."""

from dinoexplorer.ui.restoring.restoring_desk import RestoringDesk

__all__ = ["RestoringDesk"]
