"""Drags on the map of the real window and measures what a person would see, against the bare decode of the model."""

from __future__ import annotations

import argparse
import gc
import math
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from dinoexplorer.runs.views import RunRow
from tests.benchmarks import Bar, Report
from tests.benchmarks._checkpoints import bare_decode_ms, chosen_checkpoint

MOVE_MS = 5  # 200 moves a second; a usual mouse reports 125
TICK_MS = 10
LIFT_SECONDS = 10.0  # the button is released and pressed again, as a person does
PATIENCE = 120.0
MOST_PICTURES = 120.0
LARGEST_GROWTH_MB = 8.0


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", type=Path, help="default: the shipped one, else a fake of its kind")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--warm-up", type=float, default=5.0, help="seconds of dragging before anything counts")
    parser.add_argument("--plain", action="store_true", help="without the optional fast runtime")
    parser.add_argument("--training", action="store_true", help="while the window trains a run on the same cores")


def measure(options: argparse.Namespace) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        if not os.environ.get("QT_QPA_PLATFORM") and not (
            os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in {"win32", "darwin"}
        ):
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        for name in ("CONFIG", "CACHE", "RUNS"):
            os.environ[f"DINOEXPLORER_{name}"] = folder
        if options.plain:
            sys.modules["openvino"] = None
            from dinoexplorer.generators import fast

            fast.find_spec = lambda _name: None
        path = chosen_checkpoint(options.checkpoint, Path(folder))
        before = bare_decode_ms(path)
        drag = _drag(path, options)
        after = bare_decode_ms(path)
        return _report(path, drag, before, after, training=options.training)


def _drag(path: Path, options: argparse.Namespace) -> _Drag:
    from PySide6.QtWidgets import QApplication

    from dinoexplorer.rendering.renderer import Renderer
    from dinoexplorer.settings import Settings
    from dinoexplorer.ui.main_window import MainWindow
    from dinoexplorer.ui.theme import Theme

    application = QApplication.instance() or QApplication(sys.argv[:1])
    renderer = Renderer()
    window = MainWindow(renderer, Theme(application, "light"), Settings(device="cpu", hint_seen=True))
    window.resize(1280, 800)
    window.show()
    drag = _Drag(window, renderer)
    try:
        window.open(path)
        _until(application, lambda: drag.painted, "no picture was painted")
        opening = [thread for thread in threading.enumerate() if thread.name.startswith("open-")]
        _until(application, lambda: not any(t.is_alive() for t in opening), "the faster runtime was not found in time")
        rows = _train(application, window) if options.training else []
        drag.run(options.warm_up)
        drag.begin_measuring()
        drag.run(options.seconds)
        drag.end_measuring()
        if options.training and rows[-1][0].state != "running":
            raise RuntimeError(f"the run did not train all the time: {rows[-1][0].state} {rows[-1][0].reason}")
    finally:
        window.hide()
        if options.training:
            window.places.training()._stop_at_end = True
        window.close_down()
        window.deleteLater()
    return drag


def _train(application: object, window: object) -> list[tuple[RunRow, ...]]:
    """Start a run as the form would, and wait until it takes steps; what the worker tells of it goes on arriving."""
    from dinoexplorer.runs.views import Order

    told: list[tuple[RunRow, ...]] = []
    place = window.places.training().place()
    place._worker.rows_changed.connect(told.append)
    order = Order("dinosaurs-quick", "builtin:dinosaurs", "beside", {"data.count": 600, "steps": 1_000_000})
    place._worker.ask("set_outlives", False)  # whatever ends this benchmark ends the run
    place._worker.ask("start", order)
    _until(application, lambda: told and told[-1] and told[-1][0].step > 0, "the run took no step")
    return told


class _Drag:
    """The hand on the mouse, and the eye on what the window does."""

    def __init__(self, window: object, renderer: object) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.canvas = window.explorer.map_panel.canvas
        self.view = window.explorer.stage.image_view
        self.renderer = renderer
        self.view.frame_painted.connect(self._on_frame_painted)
        self.painted: list[tuple[int, float, float, float]] = []  # number, submitted, painted, decode ms
        self.ticks: list[float] = []
        self.moves = 0
        self.rss = (0, 0)
        self.seconds = 0.0
        self.runtime = ""
        self._pressed_at = -math.inf
        self._mover = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=MOVE_MS)
        self._mover.timeout.connect(self._move)
        self._ticker = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
        self._ticker.timeout.connect(self._tick)
        self._last_tick = 0.0

    def run(self, seconds: float) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        self._mover.start()
        self._last_tick = time.perf_counter()
        self._ticker.start()
        loop.exec()
        self._mover.stop()
        self._ticker.stop()
        self._send("release")
        self._pressed_at = -math.inf

    def begin_measuring(self) -> None:
        gc.collect()
        self.painted.clear()
        self.ticks.clear()
        self.moves = 0
        self._started = time.perf_counter()
        self._rss_before = _rss()

    def end_measuring(self) -> None:
        self.seconds = time.perf_counter() - self._started
        gc.collect()
        self.rss = (self._rss_before, _rss())
        self.runtime = self.renderer.current.generator.runtime
        self.device = self.renderer.current.generator.device

    def _move(self) -> None:
        now = time.perf_counter()
        if now - self._pressed_at > LIFT_SECONDS:
            if self._pressed_at > 0:
                self._send("release")
            self._send("press")
            self._pressed_at = now
        self._send("move")
        self.moves += 1

    def _send(self, kind: str) -> None:
        from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent

        kinds = {
            "press": (QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton),
            "move": (QEvent.Type.MouseMove, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton),
            "release": (QEvent.Type.MouseButtonRelease, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton),
        }
        event_type, button, buttons = kinds[kind]
        now = time.perf_counter()
        across, down = 0.5 + 0.4 * math.sin(now * 1.1), 0.5 + 0.4 * math.sin(now * 0.7 + 1)
        at = QPointF(self.canvas.width() * across, self.canvas.height() * down)
        event = QMouseEvent(
            event_type, at, self.canvas.mapToGlobal(at), button, buttons, Qt.KeyboardModifier.NoModifier
        )
        QCoreApplication.postEvent(self.canvas, event)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.ticks.append(max((now - self._last_tick) * 1e3 - TICK_MS, 0.0))
        self._last_tick = now

    def _on_frame_painted(self, frame: object, painted: float) -> None:
        self.painted.append((frame.request.number, frame.request.submitted, painted, frame.decode_ms))


def _report(path: Path, drag: _Drag, before: float, after: float, *, training: bool) -> Report:
    numbers, submitted, painted, decode = (np.array(column) for column in zip(*drag.painted, strict=True))
    latencies, bare = (painted - submitted) * 1e3, min(before, after)  # the stricter one
    rate = len(painted) / drag.seconds
    wrong = int((np.diff(numbers) <= 0).sum())
    growth = (drag.rss[1] - drag.rss[0]) / 2**20
    report = Report("live")
    report.figures = {
        "checkpoint": path.name,
        "runtime": f"{drag.device}, {drag.runtime}",
        "picture side in pixels": drag.view.side(),
        "dragged for seconds": drag.seconds,
        "mouse moves per second": drag.moves / drag.seconds,
        "pictures shown": len(painted),
        "bare eager decode before, ms": before,
        "bare eager decode after, ms": after,
        "machine": "busy with something else" if max(before, after) > 1.3 * bare else "quiet",
        "decode in the window, median ms": float(np.median(decode)),
        "latency, 95th percentile ms": float(np.percentile(latencies, 95)),
        "longest gap between pictures, ms": float(np.diff(painted).max() * 1e3) if len(painted) > 1 else 0.0,
        "tick late, median ms": float(np.median(drag.ticks)),
        "tick late, worst ms": float(np.max(drag.ticks)),
        "time between pictures, 95th percentile ms": float(np.percentile(np.diff(painted), 95) * 1e3),
        "memory at the end, MB": drag.rss[1] / 2**20,
    }
    report.bars = [
        Bar("pictures per second", rate, 0.8 * min(MOST_PICTURES, 1e3 / bare), "of 1 / bare decode", at_most=False),
        Bar("latency from change to paint, median", float(np.median(latencies)), 1.6 * bare + 5, "ms"),
        Bar("UI tick late, 99th percentile", float(np.percentile(drag.ticks, 99)), 16, "ms"),
        Bar("frames out of order", wrong, 0),
        Bar("memory growth", growth, LARGEST_GROWTH_MB, "MB"),
    ]
    if training:
        between = report.figures.pop("time between pictures, 95th percentile ms")
        wrong_order = Bar("frames out of order", wrong, 0)
        report.bars = [Bar("time between pictures, 95th percentile", between, 33, "ms"), wrong_order]
    return report


def _until(application: object, condition: object, complaint: str) -> None:
    """Run the event loop until something holds."""
    from PySide6.QtCore import QEventLoop

    deadline = time.perf_counter() + PATIENCE
    while not condition():
        if time.perf_counter() > deadline:
            raise TimeoutError(complaint)
        application.processEvents(
            QEventLoop.ProcessEventsFlag.WaitForMoreEvents | QEventLoop.ProcessEventsFlag.AllEvents, 20
        )


def _rss() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)
