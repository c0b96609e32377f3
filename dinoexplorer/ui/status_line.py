"""The line at the bottom: how fast pictures come, on what, and what is under way."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from dinoexplorer.rendering.frame_meter import FrameMeter
from dinoexplorer.rendering.frames import Frame
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_label, as_tool_tip, foreign_label
from dinoexplorer.ui.thin_bar import ThinBar

_REFRESH = 200
_MESSAGE_TIME = 8000
_FIGURES = "Milliseconds for one picture, pictures a second while moving, and what makes them."


class StatusLine(QWidget):
    """Figures on the left, device beside them, messages and progress on the right; the film and the run at work."""

    run_pressed = Signal()
    film_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_line")
        self.meter = FrameMeter()
        self._device_text = ""
        self._figures, self._message, self._bar = foreign_label(self), foreign_label(self), ThinBar(self)
        for label in (self._figures, self._message):
            label.setProperty("role", "figures")
        self._figures.setAccessibleName("Speed and device")
        self._figures.setToolTip(_FIGURES)
        self._message.setAccessibleName("Messages")
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._message.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._bar.hide()
        self._run, self._film = _quiet_button("The run that trains", self), _quiet_button("The film", self)
        self._run.clicked.connect(self.run_pressed)
        self._film.clicked.connect(self.film_pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 6)
        row.setSpacing(16)
        row.addWidget(self._figures)
        row.addWidget(self._message, 1)
        row.addWidget(self._bar)
        row.addWidget(self._film)
        row.addWidget(self._run)
        self.setFixedHeight(self._figures.fontMetrics().height() + 12)
        self._refresh = QTimer(self, interval=_REFRESH, singleShot=True)
        self._refresh.timeout.connect(self._on_refresh)
        self._fade = QTimer(self, interval=_MESSAGE_TIME, singleShot=True)
        self._fade.timeout.connect(self._message.clear)

    def record(self, frame: Frame, painted: float) -> None:
        """Take note of a painted frame; the text follows a few times a second."""
        self.meter.record(frame, painted)
        if not self._refresh.isActive():
            self._refresh.start()

    def set_run(self, text: str, title: str = "") -> None:
        """Show how a run is doing, as a button that leads to it; without ``text`` nothing."""
        self._run.setText(as_label(text))
        self._run.setToolTip(as_tool_tip(f"Show the run {title}"))
        self._run.setAccessibleDescription(text)
        self._run.setVisible(bool(text))

    @property
    def run_text(self) -> str:
        """What is said about the run that trains."""
        return self._run.accessibleDescription()

    def set_film(self, text: str) -> None:
        """Show how the export of a film is doing, as a button that leads to it; without ``text`` nothing."""
        self._film.setText(as_label(text))
        self._film.setToolTip("Show what is exported")
        self._film.setAccessibleDescription(text)
        self._film.setVisible(bool(text))

    @property
    def film_text(self) -> str:
        """What is said about the film that is exported."""
        return self._film.accessibleDescription()

    def set_device(self, text: str) -> None:
        """Say what makes the pictures."""
        if text != self._device_text:
            self._device_text = text
            self._on_refresh()

    def forget_speed(self) -> None:
        """Begin to measure anew, for another generator."""
        self.meter = FrameMeter()

    def tell(self, message: str, *, stays: bool = False) -> None:
        """Show a message for a while, or until the next one."""
        self._message.setText(message)
        self._message.setToolTip(as_tool_tip(message))
        announce(self._message, message)
        self._fade.stop()
        if message and not stays:
            self._fade.start()

    def set_busy(self, busy: bool) -> None:
        """Show that something is under way."""
        self._bar.setVisible(busy)

    @property
    def message(self) -> str:
        return self._message.text()

    @property
    def figures(self) -> str:
        return self._figures.text()

    @Slot()
    def _on_refresh(self) -> None:
        parts = []
        if self.meter.decode_ms:
            parts.append(f"{self.meter.decode_ms:.1f} ms")
        if self.meter.rate:
            parts.append(f"{self.meter.rate:.0f}/s")
        if self._device_text:
            parts.append(self._device_text)
        self._figures.setText("  ·  ".join(parts))
        latency = self.meter.latency_ms
        self._figures.setToolTip(f"{_FIGURES} {latency:.1f} ms from change to screen." if latency else _FIGURES)


def _quiet_button(name: str, parent: QWidget) -> IconButton:
    """A button that looks like text; hidden until there is something to say."""
    button = IconButton("", name, parent)
    button.setProperty("quiet", True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.hide()
    return button
