"""Breeding: a sheet of children, of which some are the parents of the next."""

from dinoexplorer.ui.breeding.breeding_desk import BreedingDesk

__all__ = ["BreedingDesk"]
