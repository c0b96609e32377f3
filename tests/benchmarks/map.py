"""Pans, zooms, hovers and clicks on a large latent map, and pyqtgraph's ScatterPlotItem with the same points."""

from __future__ import annotations

import argparse
import gc
import math
import os
import sys
import time
from collections.abc import Callable

import numpy as np

from dinoexplorer.generators import LatentSpec
from dinoexplorer.latent.latent_map import LatentMap
from tests.benchmarks import Bar, Report

SIZE = (900, 700)
CLASSES = 6
FRAME_MS = 8.0
FIRST_SECONDS = 2.0
MOST_MEMORY_MB = 400.0
PATIENCE = 60.0


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--frames", type=int, default=200, help="of each kind")
    parser.add_argument("--reference-frames", type=int, default=8, help="of pyqtgraph, which takes longer")
    parser.add_argument("--alone", action="store_true", help="without the reference")


def measure(options: argparse.Namespace) -> Report:
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in {"win32", "darwin"}):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from dinoexplorer.ui import motion

    motion.LONGEST = 0  # a click is timed, not the glide that follows it
    application = QApplication.instance() or QApplication(sys.argv[:1])
    report = Report("map")
    before = _memory_mb()
    latent_map = synthetic_map(options.points)
    hand = _Hand(latent_map, application)
    first, prepared = hand.first, hand.prepared
    hand.wait_for_density()
    ready = time.perf_counter() - hand.began
    kinds = {"pan": hand.pan, "zoom": hand.zoom, "hover": hand.hover, "click": hand.click}
    times, busy = {}, {}
    for name, function in kinds.items():
        times[name], busy[name] = _frames(function, options.frames, hand.set_out)
    gc.collect()
    memory, peak = _memory_mb(), _peak_mb()
    nearest, _ = _frames(hand.nearest, 500)
    report.figures = {
        "points": options.points,
        "canvas": f"{SIZE[0]} x {SIZE[1]}",
        "sorted and binned after s": prepared,
        "whole density after s": ready,
        "memory before, MB": before,
        "memory at its highest, MB": peak,
        "nearest point, median ms": float(np.median(nearest)),
    }
    for name, found in times.items():
        report.figures[f"{name} frame, median ms"] = float(np.median(found))
        report.figures[f"{name} frame, worst ms"] = float(np.max(found))
        report.figures[f"{name} frame, 95th percentile of CPU ms"] = float(np.percentile(busy[name], 95))
    hand.close()
    report.bars = [
        Bar(f"{name} frame, 95th percentile", float(np.percentile(found, 95)), FRAME_MS, "ms")
        for name, found in times.items()
    ]
    report.bars.append(Bar("first picture", first, FIRST_SECONDS, "s"))
    report.bars.append(Bar("memory of the process", memory, MOST_MEMORY_MB, "MB"))
    if not options.alone:
        scatter = _scatter_plot(latent_map, application, options.reference_frames)
        report.figures |= {f"ScatterPlotItem {name}": value for name, value in scatter.items()}
        ratio = float(np.median(times["pan"])) / scatter["pan frame, median ms"]
        report.figures["pan frame / ScatterPlotItem"] = ratio
        report.figures["memory with ScatterPlotItem, MB"] = _memory_mb()
    return report


def synthetic_map(points: int, seed: int = 0) -> LatentMap:
    """Clusters of very different width, as maps have them, on a plane; thumbnails up to 20,000 points."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, points, dtype=np.int32)
    width = np.array([0.9, 0.5, 0.3, 0.15, 0.05, 0.6], np.float32)[labels]
    angle = labels * np.float32(2 * np.pi / CLASSES)
    xy = rng.standard_normal((points, 2), np.float32) * width[:, None]
    xy += 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    thumbnails = np.zeros((0, 1, 1, 3), np.uint8)
    if points <= 20_000:
        thumbnails = rng.integers(0, 255, (points, 1, 1, 3), np.uint8).repeat(48, 1).repeat(48, 2)
    classes = tuple(f"class {number}" for number in range(CLASSES))
    return LatentMap(xy, xy, labels, classes, thumbnails, "plane", "")


class _Hand:
    """The panel with a map, and ways to act on it; each way ends with what it changed painted."""

    def __init__(self, latent_map: LatentMap, application: object) -> None:
        from dinoexplorer.latent.steering import prepare_steering
        from dinoexplorer.ui.latent_map_view import MapPanel

        self.panel = MapPanel()
        self.panel.resize(SIZE[0], SIZE[1] + 120)
        self.panel.show()
        self.canvas = self.panel.canvas
        self._application = application
        application.processEvents()
        self.panel.steered.connect(self.panel.show_code)
        self.began = time.perf_counter()
        spec = LatentSpec(2, np.zeros(2, np.float32), np.ones(2, np.float32))
        steering = prepare_steering(latent_map, spec)
        self.prepared = time.perf_counter() - self.began
        self.panel.set_map(steering, "")
        application.processEvents()
        self.canvas.repaint()
        self.first = time.perf_counter() - self.began
        self.scene = steering.scene
        self._rng = np.random.default_rng(1)

    def wait_for_density(self) -> None:
        deadline = time.perf_counter() + PATIENCE
        while self.canvas.points.working and time.perf_counter() < deadline:
            self._application.processEvents()
            time.sleep(0.005)
        self.canvas.repaint()

    def set_out(self, number: int) -> None:
        """Every now and then another populated place, at another zoom; not part of a frame."""
        if number % 20 == 0:
            self._go(4.0 ** (number // 20 % 6))
            self._at = self._place()
            self.canvas.repaint()
            self._mouse("MouseButtonPress", 80, 80, "RightButton")

    def pan(self, number: int) -> None:
        """Across the whole map, at zooms from the whole of it to a thousandth."""
        self._mouse("MouseMove", 100 + 37 * (number % 20), 100 + 23 * (number % 20), "RightButton")

    def zoom(self, number: int) -> None:
        """In by notches on some point, then some out again."""
        self._wheel(1 if number % 40 < 30 else -1)

    def hover(self, _number: int) -> None:
        x, y = self._rng.uniform(0, 1, 2) * (self.canvas.width(), self.canvas.height())
        self._mouse("MouseMove", x, y, "NoButton")

    def click(self, _number: int) -> None:
        x, y = self._rng.uniform(0.1, 0.9, 2) * (self.canvas.width(), self.canvas.height())
        self._mouse("MouseButtonPress", x, y, "LeftButton")
        self._mouse("MouseButtonRelease", x, y, "LeftButton", paint=False)

    def nearest(self, _number: int) -> None:
        x, y = self.scene.index.xy[self._rng.integers(len(self.scene.index))]
        self.scene.index.nearest(float(x) + 0.001, float(y))

    def close(self) -> None:
        self.panel.hide()
        self.panel.close_down()
        self.panel.deleteLater()

    def _place(self) -> object:
        x, y = self.scene.index.xy[self._rng.integers(len(self.scene.index))]
        return self.canvas.view_transform.to_screen(float(x), float(y))

    def _go(self, zoom: float) -> None:
        """A view of some populated place."""
        from dataclasses import replace

        self.canvas.go_home()
        x, y = self.scene.index.xy[self._rng.integers(len(self.scene.index))]
        view = self.canvas.view_transform
        if zoom > 1:
            view = replace(view, x=float(x), y=float(y), scale=view.scale * zoom)
        self.canvas.show_view(view)

    def _mouse(self, kind: str, x: float, y: float, button: str, *, paint: bool = True) -> None:
        from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent

        at, buttons = QPointF(x, y), Qt.MouseButton[button]
        if kind == "MouseMove" and button == "NoButton":
            release = QMouseEvent(
                QEvent.Type.MouseButtonRelease, at, at, Qt.MouseButton.RightButton, buttons, _NO_KEY()
            )
            QCoreApplication.sendEvent(self.canvas, release)
        event = QMouseEvent(QEvent.Type[kind], at, self.canvas.mapToGlobal(at), buttons, buttons, _NO_KEY())
        QCoreApplication.sendEvent(self.canvas, event)
        if paint:
            self.canvas.repaint()

    def _wheel(self, notches: int) -> None:
        from PySide6.QtCore import QCoreApplication, QPoint, Qt
        from PySide6.QtGui import QWheelEvent

        at = self._at
        event = QWheelEvent(
            at, self.canvas.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, _NO_KEY(),
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QCoreApplication.sendEvent(self.canvas, event)
        self.canvas.repaint()


def _NO_KEY() -> object:  # noqa: N802
    from PySide6.QtCore import Qt

    return Qt.KeyboardModifier.NoModifier


def _frames(
    function: Callable[[int], None], count: int, set_out: Callable[[int], None] | None = None
) -> tuple[list[float], list[float]]:
    """Milliseconds of each call, and those in which this thread had a core; ``set_out`` does not count."""
    found, busy = [], []
    for number in range(count):
        if set_out is not None:
            set_out(number)
        began, worked = time.perf_counter(), time.thread_time()
        function(number)
        busy.append((time.thread_time() - worked) * 1e3)
        found.append((time.perf_counter() - began) * 1e3)
    return found, busy


def _scatter_plot(latent_map: LatentMap, application: object, frames: int) -> dict[str, float]:
    """The same points in pyqtgraph: seconds until they are shown, milliseconds of a pan frame and of a hover."""
    import pyqtgraph as pg

    from dinoexplorer.ui.colours import class_colour

    began = time.perf_counter()
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    plot.show()
    brushes = np.array([pg.mkBrush(class_colour(label, dark=True)) for label in range(CLASSES)], dtype=object)
    item = pg.ScatterPlotItem(size=3, pen=None)
    item.setData(latent_map.xy[:, 0], latent_map.xy[:, 1], brush=list(brushes[latent_map.labels]))
    plot.addItem(item)
    application.processEvents()
    plot.viewport().repaint()
    first = time.perf_counter() - began
    box = plot.getViewBox()

    def pan(number: int) -> None:
        box.translateBy(x=0.05 * math.cos(number), y=0.02)
        plot.scene().prepareForPaint()
        plot.viewport().repaint()

    def hover(number: int) -> None:
        x, y = latent_map.xy[number * 7919 % len(latent_map)]
        item.pointsAt(pg.Point(float(x), float(y)))

    result = {
        "first picture, s": first,
        "pan frame, median ms": float(np.median(_frames(pan, frames)[0])),
        "hover, median ms": float(np.median(_frames(hover, frames)[0])),
    }
    plot.hide()
    plot.deleteLater()
    return result


def _memory_mb() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss) / 2**20


def _peak_mb() -> float:
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 2**20
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / (2**20 if sys.platform == "darwin" else 2**10)
