"""Python's garbage collection, kept in the window's thread.

An object of Qt that dies in another thread takes the program with it, and Python collects wherever it happens to
allocate: in a thread that imports torch, for instance. So the automatic collection is switched off, and the window's
event loop does it instead.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_INTERVAL = 1000


class GarbageCollector(QObject):
    """Collects once a second as far as Python's own thresholds ask for it, until `end`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._settled = False
        self._timer = QTimer(self, interval=_INTERVAL)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()

    @Slot()
    def settle(self) -> None:
        """Take what is loaded by now for lasting: it is not looked through again, which keeps each collection short.

        Only the first time: a model that is replaced later has to be let go.
        """
        if not self._settled:
            self._settled = True
            gc.freeze()

    def end(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        if self._was_on:
            gc.enable()

    @Slot()
    def _on_timeout(self) -> None:
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
