"""What a hand on the map asks for, as codes: a drag at once, a click in a short glide."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal, Slot

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.gliding import Glide
from dinoexplorer.latent.locating import Located
from dinoexplorer.latent.steering import SteeringMap
from dinoexplorer.ui import motion
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas


class Pilot(QObject):
    """Steers by one map.

    What moves between `began` and `ended` is one gesture; a glide may go on after the hand has let go. `cancelled`
    takes the place of `ended` where the hand turned out to want something else.
    """

    began = Signal()
    moved = Signal(object, object)  # Located, Decoded
    ended = Signal()
    cancelled = Signal()

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._steering: SteeringMap | None = None
        self._code: FloatArray | None = None
        self._glide: Glide | None = None
        self._motion = QVariantAnimation(self, startValue=0.0, endValue=1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.InOutSine)
        self._motion.valueChanged.connect(self._on_motion)
        canvas.steer_began.connect(self._on_steer_began)
        canvas.pointed.connect(self._on_pointed)
        canvas.steered.connect(self._on_steered)
        canvas.steer_ended.connect(self._on_steer_ended)
        canvas.steer_cancelled.connect(self._on_steer_cancelled)

    def set_steering(self, steering: SteeringMap | None) -> None:
        """Steer by another map."""
        self._stop()
        self._steering, self._code = steering, None

    def stand_at(self, code: FloatArray) -> None:
        """Say where we stand ``(dim,)``; a glide starts there."""
        self._code = code

    @property
    def gliding(self) -> bool:
        """Whether a glide is under way."""
        return self._glide is not None

    def land(self) -> None:
        """End a glide where it leads."""
        if self._glide is not None:
            self._arrive(self._glide)

    @Slot()
    def _on_steer_began(self) -> None:
        self._stop()
        self.began.emit()

    @Slot(float, float)
    def _on_steered(self, x: float, y: float) -> None:
        self._halt()
        if self._steering is not None:
            pixel = 1 / self._canvas.view_transform.scale
            self.moved.emit(Located(x, y, approximate=False), self._steering.way_back(x, y, pixel))

    @Slot(float, float, int)
    def _on_pointed(self, x: float, y: float, index: int) -> None:
        steering, marker = self._steering, self._canvas.marker
        if steering is None:
            return
        pixel = 1 / self._canvas.view_transform.scale
        if index >= 0:
            x, y = map(float, steering.map.xy[index])
            target = steering.way_back.of_point(index)
        else:
            target = steering.way_back(x, y, pixel)
        self._halt()
        duration = motion.milliseconds(self._canvas)
        if marker is None or self._code is None or duration == 0:
            self.moved.emit(Located(x, y, approximate=False), target)
            return
        self._glide = Glide(steering.way_back, (marker.x, marker.y), self._code, end=(x, y), target=target, pixel=pixel)
        self._motion.setDuration(duration)
        self._motion.start()

    @Slot()
    def _on_steer_ended(self) -> None:
        if self._glide is None:
            self.ended.emit()

    @Slot()
    def _on_steer_cancelled(self) -> None:
        self._halt()
        self.cancelled.emit()

    @Slot(object)
    def _on_motion(self, share: float) -> None:
        if self._glide is None:
            return
        if share < 1:
            self.moved.emit(*self._glide(share))
        else:
            self._arrive(self._glide)

    def _arrive(self, glide: Glide) -> None:
        self._halt()
        self.moved.emit(*glide(1.0))
        if not self._canvas.steering:
            self.ended.emit()

    def _stop(self) -> None:
        """End a glide where it is; its gesture is over, since the hand has let go before."""
        if self._glide is not None:
            self._halt()
            self.ended.emit()

    def _halt(self) -> None:
        self._glide = None
        self._motion.stop()
