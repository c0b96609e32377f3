"""The window off screen: opens, clicks the map like a person, and saves what would be seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.rendering.frames import Frame
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas
from dinoexplorer.ui.main_window import MainWindow
from dinoexplorer.ui.saving import save_picture

_PATIENCE = 180_000
_SETTLE = 400


class Portrait(QObject):
    """Waits for the first picture, clicks a populated place, waits for the picture of that place, saves both."""

    done = Signal(int)  # exit code

    def __init__(
        self,
        window: MainWindow,
        file: Path,
        say: Callable[[str], None],
        complain: Callable[[str], None],
        *,
        click: bool = True,
    ) -> None:
        """Without a ``click`` the place is shown at which the window stands."""
        super().__init__(window)
        self._window, self._file, self._say, self._complain = window, file, say, complain
        self._wanted: FloatArray | None = None
        self._clicks, self._over = click, False
        window.failed.connect(self._fail)
        window.explorer.stage.image_view.frame_painted.connect(self._on_frame_painted)
        self._patience = QTimer(self, interval=_PATIENCE, singleShot=True)
        self._patience.timeout.connect(self._on_patience_ended)
        self._patience.start()

    @Slot(object, float)
    def _on_frame_painted(self, frame: Frame, _painted: float) -> None:
        if self._over:
            return
        if frame.error:
            self._fail(frame.error)
        elif self._wanted is None:
            # Not in the middle of the paint that told us.
            QTimer.singleShot(0 if self._clicks else _SETTLE, self._click if self._clicks else self._save)
            self._wanted = frame.request.code
        elif frame.request.code is self._wanted:
            QTimer.singleShot(_SETTLE, self._save)  # the sliders and the figures follow a little later

    @Slot()
    def _click(self) -> None:
        """Press and release the left button over a populated place, through the normal event path."""
        explorer, canvas = self._window.explorer, self._window.explorer.map_panel.canvas
        before = explorer.document.latent if explorer.document is not None else None
        if canvas.isVisibleTo(self._window):
            latent_map = explorer.opened.latent_map if explorer.opened is not None else None
            at = populated_place(canvas, None if latent_map is None else latent_map.xy)
            for kind, buttons in (
                (QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton),
                (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
            ):
                event = QMouseEvent(
                    kind,
                    at,
                    QPointF(canvas.mapToGlobal(at)),
                    Qt.MouseButton.LeftButton,
                    buttons,
                    Qt.KeyboardModifier.NoModifier,
                )
                QCoreApplication.sendEvent(canvas, event)
        self._wanted = explorer.document.latent if explorer.document is not None else None
        if self._wanted is before:  # there is no map to click on, or it was the same place
            self._save()

    @Slot()
    def _save(self) -> None:
        if self._over:
            return
        self._over = True
        beside = self._file.with_name(self._file.stem + "-dinosaur.png")
        try:
            self._write(beside)
        except GeneratorError as error:
            self._complain(str(error))
            self.done.emit(1)
            return
        self._say(f"window   {self._file}")
        self._say(f"dinosaur {beside}")
        self.done.emit(0)

    def _write(self, beside: Path) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GeneratorError(f"{self._file.parent} could not be made: {error.strerror}.") from None
        if not self._window.grab().save(str(self._file), "PNG"):
            raise GeneratorError(f"{self._file} could not be written; choose another place.")
        opened, document = self._window.explorer.opened, self._window.explorer.document
        if opened is not None and document is not None:
            save_picture(opened.generator, document.standing, beside)

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        if not self._over:
            self._over = True
            self._complain(sentence)
            self.done.emit(1)

    @Slot()
    def _on_patience_ended(self) -> None:
        self._fail(f"No picture came within {_PATIENCE // 1000} seconds; try a smaller checkpoint or another device.")


def populated_place(canvas: MapCanvas, xy: FloatArray | None) -> QPointF:
    """Where to click: on a point well inside the view; on an empty plane a little off its middle."""
    middle = QPointF(canvas.width() * 0.62, canvas.height() * 0.4)
    if xy is None or len(xy) == 0:
        return middle
    screen = canvas.view_transform.all_to_screen(xy)
    target = np.array([middle.x(), middle.y()])
    nearest = screen[int(((screen - target) ** 2).sum(axis=1).argmin())]
    return QPointF(float(nearest[0]), float(nearest[1]))
