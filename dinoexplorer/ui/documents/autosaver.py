"""Keeps the document on the disk while it is worked on, and finds what others left behind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from dinoexplorer.document.snapshot import Snapshot
from dinoexplorer.ui.documents.ordered_work import OrderedWork

if TYPE_CHECKING:
    from dinoexplorer.document.autosave import Autosave, Offer

QUIET = 2000
"""Milliseconds without a change after which the document is kept."""

LONGEST = 15_000
"""Milliseconds of changes without a pause, as on a walk, after which it is kept all the same."""


class Autosaver(QObject):
    """Writes soon after the last change, in a thread; while nothing changes nothing is written, nor looked at."""

    offered = Signal(object)  # tuple of Offer: what processes that are gone had open, or we ourselves set aside
    troubled = Signal(str)  # once, until it works again

    def __init__(self, work: OrderedWork, snapshot: Callable[[], Snapshot | None], parent: QObject) -> None:
        """``snapshot`` gives what is to be kept, or None where nothing is any more."""
        super().__init__(parent)
        self._work, self._snapshot = work, snapshot
        self._autosave: Autosave | None = None  # made in the thread, which alone uses it
        self._used = self._trouble = False
        self._timer = QTimer(self, interval=QUIET, singleShot=True)
        self._timer.timeout.connect(self.keep_now)
        self._changing = QElapsedTimer()
        work.finished.connect(self._on_finished)

    @property
    def waiting(self) -> bool:
        """Whether something will be written soon."""
        return self._timer.isActive()

    def touch(self) -> None:
        """Something has changed."""
        if not self._timer.isActive():
            self._changing.start()
        elif self._changing.elapsed() > LONGEST:
            return  # it is due
        self._timer.start()

    @Slot()
    def keep_now(self) -> None:
        """Write what there is, or throw away what was kept where there is nothing to keep."""
        self._timer.stop()
        snapshot = self._snapshot()
        if snapshot is not None:
            self._start("autosave", partial(self._keep, snapshot))
        elif self._used:
            self.clear()

    def clear(self) -> None:
        """What was kept is saved, or nobody will want it."""
        self._timer.stop()
        if self._used:
            self._start("clear", lambda: self._kept().clear())

    def set_aside(self, snapshot: Snapshot) -> None:
        """Another document is open now; this one is offered back."""
        self._timer.stop()
        self._start("aside", partial(self._set_aside, snapshot))

    def adopt(self, offer: Offer, snapshot: Snapshot) -> None:
        """What was left behind is open here now."""
        self._start("adopt", lambda: self._kept().take_over(offer))
        self._start("autosave", partial(self._keep, snapshot))

    def forget(self, offer: Offer) -> None:
        """Throw away what was left behind."""
        self._start("forget", lambda: self._kept().forget(offer))

    def look_back(self) -> None:
        """Find what others left behind; `offered` follows if there is something."""
        self._start("offers", lambda: self._kept().left_behind())

    def end(self, last: Snapshot | None) -> None:
        """Leave ``last`` behind for the next start, or nothing; the work is closed afterwards."""
        self._timer.stop()
        if last is not None:
            self._start("autosave", partial(self._keep, last))
        elif self._used:
            self._start("clear", lambda: self._kept().end())

    def _start(self, name: str, function: Callable[[], object]) -> None:
        self._used = True
        self._work.start(name, function)

    def _kept(self) -> Autosave:
        from dinoexplorer.document.autosave import Autosave  # noqa: PLC0415  pydantic models, psutil

        if self._autosave is None:
            self._autosave = Autosave()
        return self._autosave

    def _keep(self, snapshot: Snapshot) -> None:
        file = snapshot.compose(snapshot.path, private=True)
        self._kept().write(file, document=snapshot.path, steps=snapshot.steps)

    def _set_aside(self, snapshot: Snapshot) -> tuple[Offer, ...]:
        self._keep(snapshot)
        offer = self._kept().set_aside()
        return () if offer is None else (offer,)

    @Slot(str, object)
    def _on_finished(self, task: str, result: object) -> None:
        if task in {"offers", "aside"} and isinstance(result, tuple):
            self.offered.emit(result)
        elif task in {"autosave", "aside", "adopt"}:
            failed = isinstance(result, Exception)
            if failed and (task != "autosave" or not self._trouble):
                self.troubled.emit(str(result))
            if task == "autosave":
                self._trouble = failed
