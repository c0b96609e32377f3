"""Where a code lies on a map of so many points that finding out takes longer than a frame."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.locating import Located, Locator
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork


class PlaceFinder(QObject):
    """Looks for one code at a time in a thread, then for the newest of those asked for meanwhile.

    So while the code keeps changing the place follows, a little later, and does not wait until it is still.
    """

    found = Signal(object, object, object)  # Locator, code (dim,), Located

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._next: tuple[Locator, FloatArray] | None = None
        self._work = LatestWork(self)
        self._work.done.connect(self._on_done)

    def ask(self, locator: Locator, code: FloatArray) -> None:
        """`found` follows, unless something newer is asked for before this one is begun."""
        self._next = (locator, code)
        if not self._work.busy:
            self._start()

    def forget(self) -> None:
        """What is asked for and not begun is not wanted any more."""
        self._next = None

    def close(self) -> None:
        """Wait for the thread."""
        self._next = None
        self._work.close()

    def _start(self) -> None:
        if self._next is not None:
            (locator, code), self._next = self._next, None
            self._work.ask((locator, code), lambda: locator(code))

    @Slot(object, object)
    def _on_done(self, asked: tuple[Locator, FloatArray], place: Located) -> None:
        self._start()
        self.found.emit(*asked, place)
