"""Where we stood: a strip of all states that were visited."""

from dinoexplorer.ui.history.history_desk import HistoryDesk

__all__ = ["HistoryDesk"]
