"""Whoever wants to know how an evaluation goes."""

from __future__ import annotations

from training.evaluation.report import Report


class Watcher:
    """Hears of each metric; this one does nothing with it."""

    def begins(self, name: str, title: str, number: int, count: int) -> None:
        """A metric is asked, the `number`-th of `count`."""

    def grown(self, report: Report) -> None:
        """A metric has been asked; the report holds what there is so far."""
