"""A window over fake generators, and ways to act on it like a person."""

from __future__ import annotations

import importlib.util
import itertools
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dinoexplorer.latent.map_keeping import maps_home
from dinoexplorer.rendering.frames import Frame
from dinoexplorer.rendering.renderer import Renderer
from dinoexplorer.settings import Settings
from dinoexplorer.ui.main_window import MainWindow
from dinoexplorer.ui.theme import Theme


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True))


def _load_fakes() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dino_fakes", Path(__file__).with_name("fakes.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["dino_fakes"] = module
    spec.loader.exec_module(module)
    return module


fakes = sys.modules.get("dino_fakes") or _load_fakes()


class Desk:
    """A window with its renderer, and a person in front of it."""

    def __init__(self, window: MainWindow, renderer: Renderer, qtbot: QtBot) -> None:
        self.window, self.renderer, self.qtbot = window, renderer, qtbot
        self.explorer = window.explorer
        self.canvas = window.explorer.map_panel.canvas
        self.view = window.explorer.stage.image_view
        self.frames: list[Frame] = []
        self.view.frame_painted.connect(self._on_frame_painted)

    def _on_frame_painted(self, frame: Frame, _painted: float) -> None:
        self.frames.append(frame)

    @property
    def latent(self) -> np.ndarray:
        assert self.explorer.document is not None
        return self.explorer.document.latent

    @property
    def generator(self):
        assert self.explorer.opened is not None
        return self.explorer.opened.generator

    def open(self, path: Path) -> None:
        """Open and wait until it is shown."""
        with self.qtbot.waitSignal(self.window.ready, timeout=60_000):
            self.window.open(path)
        self.wait_for_picture()

    def settled(self) -> bool:
        """Whether the picture of the present code has been painted and the panels show it."""
        frame = self.view.frame
        explorer = self.explorer
        return (
            frame is not None
            and frame.request.code is self.latent
            and frame.request.side == self.view.side()
            and bool(self.frames)
            and self.frames[-1] is frame
            and not explorer._turn.isActive()
            and not explorer._slider_tick.isActive()
        )

    def wait_for_picture(self) -> np.ndarray:
        """The pixels on the screen once the newest picture is painted."""
        self.qtbot.waitUntil(self.settled, timeout=10_000)
        return self.pixels()

    def wait_for_marker(self) -> None:
        """Until the panels have heard of the last change."""
        with self.qtbot.waitSignal(self.explorer.document_changed, timeout=10_000):
            pass

    def pixels(self) -> np.ndarray:
        image = self.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        data = np.frombuffer(image.constBits(), np.uint8, image.bytesPerLine() * image.height())
        return data.reshape(image.height(), image.bytesPerLine())[:, : image.width() * 3].copy()

    def place(self, x: float, y: float) -> QPoint:
        """Where a place of the map lies on the canvas."""
        return self.canvas.view_transform.to_screen(x, y).toPoint()

    def click_map(self, x: float, y: float) -> None:
        self.qtbot.mouseClick(self.canvas, Qt.MouseButton.LeftButton, pos=self.place(x, y))

    def drag(self, widget: QWidget, points: list[QPoint]) -> None:
        """Press at the first point, move through the others, release at the last."""
        from PySide6.QtCore import QCoreApplication, QEvent
        from PySide6.QtGui import QMouseEvent

        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        kinds = [(QEvent.Type.MouseButtonPress, left, left, points[0])]
        kinds += [(QEvent.Type.MouseMove, none, left, point) for point in points[1:]]
        kinds += [(QEvent.Type.MouseButtonRelease, left, none, points[-1])]
        for kind, button, buttons, point in kinds:
            at = QPointF(point)
            event = QMouseEvent(kind, at, widget.mapToGlobal(at), button, buttons, Qt.KeyboardModifier.NoModifier)
            QCoreApplication.sendEvent(widget, event)

    def press(self, name: str) -> None:
        """Trigger an action by its name."""
        self.window.actions_by_name[name].trigger()

    def undo_steps(self) -> int:
        """How many steps can be undone from here; the place is as before afterwards."""
        document = self.explorer.document
        assert document is not None
        count = 0
        while document.can_undo:
            document.undo()
            count += 1
        for _ in range(count):
            document.redo()
        return count


@pytest.fixture(autouse=True)
def no_map_chosen_before() -> None:
    """What one test chose for a checkpoint is kept by its bytes, and another test's checkpoint may have the same."""
    shutil.rmtree(maps_home(), ignore_errors=True)


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing moves by itself, as for a person who asked the system for that; see `in_motion`."""
    monkeypatch.setattr("dinoexplorer.ui.motion.LONGEST", 0)


@pytest.fixture
def in_motion(still: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for everybody else, but slowly, so that a busy machine sees it too."""
    monkeypatch.setattr("dinoexplorer.ui.motion.milliseconds", lambda _widget: 600)


@pytest.fixture
def settings() -> Settings:
    return Settings(hint_seen=True, device="cpu")


@pytest.fixture
def new_desk(qtbot: QtBot, qapp, settings: Settings) -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def build(size: tuple[int, int] = (1100, 700)) -> Desk:
        renderer = Renderer(open_function=fakes.open_fake)
        theme = Theme(qapp, "dark")
        window = MainWindow(renderer, theme, settings, seeds=itertools.count(7).__next__)
        theme.setParent(window)
        window.resize(*size)
        window.show()
        qtbot.waitExposed(window)
        desks.append(Desk(window, renderer, qtbot))
        return desks[-1]

    yield build
    for desk in desks:
        desk.window.close()
        desk.window.close_down()
        desk.window.deleteLater()


@pytest.fixture
def desk(new_desk: Callable[..., Desk], tmp_path: Path) -> Desk:
    """A window in which a 2-D fake with a map is open."""
    desk = new_desk()
    desk.open(fakes.write_fake(tmp_path / "disc.safetensors", 2, points=60))
    return desk


@pytest.fixture
def deep_desk(
    new_desk: Callable[..., Desk], deep_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """A window in which a small network of ours is open (32 pixels, with an encoder and gradients), with settings."""
    from dinoexplorer.generators import open_generator

    monkeypatch.setenv("DINOEXPLORER_CONFIG", str(tmp_path / "config"))
    desk = new_desk()
    desk.renderer._open = open_generator
    desk.open(deep_checkpoint)
    return desk


@pytest.fixture
def write_fake() -> Callable[..., Path]:
    return fakes.write_fake


@pytest.fixture
def fake_renderer(qapp) -> Renderer:
    """A renderer that opens what `write_fake` wrote; whoever runs it closes it."""
    return Renderer(open_function=fakes.open_fake)
