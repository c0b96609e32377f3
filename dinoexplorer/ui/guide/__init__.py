"""The guide: a few pages in the window, and a search over all of them."""

from dinoexplorer.ui.guide.guide import Guide

__all__ = ["Guide"]
