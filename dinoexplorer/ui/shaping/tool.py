"""What the two tools over the picture have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.ui.image_view import ImageView
from dinoexplorer.ui.shaping.shaping_bar import ShapingBar
from dinoexplorer.ui.shaping.shaping_work import Ground, Progress, ShapingWork, State

if TYPE_CHECKING:
    from dinoexplorer.latent.shaping.drag import DragState
    from dinoexplorer.latent.shaping.paint import PaintState

AnyProgress = TypeVar("AnyProgress", "Progress[DragState]", "Progress[PaintState]")


class Tool(QObject, Generic[State]):
    """A row of buttons below the picture, and what lies over it. It asks; the desk moves the document."""

    started = Signal()
    stopped = Signal()
    edited = Signal()  # what is at work has to go on otherwise

    what = ""  # the history calls it

    def __init__(self, action: QAction, view: ImageView, parent: QObject) -> None:
        super().__init__(parent)
        self.action = action
        self.bar = ShapingBar(action)
        self._view = view
        self._over: list[QWidget] = []
        self.running = False

    @property
    def possible(self) -> bool:
        """Whether there is anything to be done."""
        raise NotImplementedError

    def open(self, size: int, refusal: str) -> None:
        """Come up over a picture of so many pixels on each side; a ``refusal`` says why nothing can be done with it."""
        raise NotImplementedError

    def close(self) -> None:
        """Be gone from the picture."""
        self.bar.hide()
        for widget in self._over:
            widget.hide()

    def launch(self, work: ShapingWork, ground: Ground) -> None:
        """Begin what is wished; called again while it is under way, go on from here as is wished now."""
        raise NotImplementedError

    def begin(self, code: FloatArray) -> None:
        """Say that it begins at a code, which undo goes back to."""
        raise NotImplementedError

    def show_progress(self, progress: Progress[State]) -> None:
        """Show where it stands."""
        raise NotImplementedError

    def end(self, code: FloatArray, progress: Progress[State] | None, *, stopped: bool) -> None:
        """Say how it has ended, at a code; without ``progress`` it had not begun to move."""
        raise NotImplementedError

    def follow(self, code: FloatArray) -> None:
        """The document has gone to another place by itself."""
        raise NotImplementedError

    def tell(self, sentence: str) -> None:
        """Say why it does not work."""
        self.bar.say(sentence, aloud=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            for widget in self._over:
                widget.setGeometry(self._view.rect())
        return False

    def _lay_over(self, *widgets: QWidget) -> None:
        """Put these over the picture, hidden, and keep them there; to be called once."""
        self._view.installEventFilter(self)
        for widget in widgets:
            widget.hide()
            widget.setGeometry(self._view.rect())
            self._over.append(widget)
