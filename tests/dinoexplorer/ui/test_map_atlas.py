"""The atlas on the screen: pictures where they belong, sharper after a zoom, gone when it is off or hidden."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPalette

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.steering import prepare_steering
from dinoexplorer.ui.latent_map_view import MapPanel

SIZE = 128
PATIENCE = 20_000


class Painter:
    """A generator whose picture has one colour: red says the first value of the code and green the second."""

    runtime, device = "fake", "cpu"

    def __init__(self, blue=90, gain=20.0):
        spec = LatentSpec(2, np.zeros(2, np.float32), np.ones(2, np.float32))
        self.info = GeneratorInfo("p", "fake", "fake", spec, SIZE, 3, (), 0, encoder=False, sha256="0" * 64)
        self.blue, self.gain = blue, gain
        self.gate, self.entered = threading.Event(), threading.Semaphore(0)
        self.gate.set()
        self.decoded: list[np.ndarray] = []
        self.error: Exception | None = None

    def decode(self, codes):
        self.entered.release()
        assert self.gate.wait(PATIENCE / 1000)
        if self.error is not None:
            raise self.error
        self.decoded.extend(codes)
        images = np.full((len(codes), SIZE, SIZE, 3), self.blue, np.uint8)
        images[..., :2] = self.colours(codes)[:, None, None, :]
        return images

    def colours(self, places):
        return np.clip(128 + self.gain * np.asarray(places), 0, 255).astype(np.uint8)


def a_map(points=40, method="plane"):
    xy = np.random.default_rng(1).uniform(-3, 3, (points, 2)).astype(np.float32)
    labels = (np.arange(points) % 2).astype(np.int32)
    return LatentMap(xy, xy, labels, ("one", "two"), np.zeros((0, 1, 1, 3), np.uint8), method, "")


@pytest.fixture
def painter():
    return Painter()


@pytest.fixture
def panel(qtbot, painter):
    panel = MapPanel()
    panel.resize(460, 620)
    panel.show()
    qtbot.waitExposed(panel)
    panel.set_map(prepare_steering(a_map(), painter.info.latent), "")
    panel.atlas.set_generator(painter)
    yield panel
    painter.gate.set()
    panel.hide()
    panel.close_down()
    panel.deleteLater()


def pixels_of(panel):
    panel.canvas._minimap.hide()
    image = panel.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8, image.bytesPerLine() * image.height())
    return data.reshape(image.height(), -1)[:, : image.width() * 3].reshape(image.height(), -1, 3).astype(int)


def settle(panel, qtbot):
    """Until everything that is to be seen has been painted."""
    for _ in range(2):
        panel.canvas.repaint()
        qtbot.waitUntil(lambda: not panel.atlas.working, timeout=PATIENCE)


def places_of(panel):
    """The map's places of all pixels ``(h, w, 2)``."""
    view = panel.canvas.view_transform
    left, top = view.to_map(QPointF(0.5, 0.5))
    x, y = np.meshgrid(np.arange(view.width) / view.scale, np.arange(view.height) / view.scale)
    return np.stack([left + x, top - y], axis=2)


def error_of(panel, painter):
    """How far each pixel is from the colour of the very place it shows, in grey levels; of the median pixel."""
    found, wanted = pixels_of(panel), painter.colours(places_of(panel)).astype(int)
    return float(np.median(np.abs(found[..., :2] - wanted).max(axis=2)))


def blueness(panel, blue):
    """The share of pixels that are of the atlas."""
    return float((np.abs(pixels_of(panel)[..., 2] - blue) <= 2).mean())


def zoom(panel, factor, at=(200, 150)):
    view = panel.canvas.view_transform
    panel.canvas.show_view(view.zoomed(factor, QPointF(*at), 0, 1e12))


def test_the_pixels_of_the_map_turn_to_the_colours_of_the_codes_of_their_places(panel, qtbot, painter):
    assert blueness(panel, painter.blue) < 1e-3  # an edge of a mark may have that shade
    panel.atlas.set_mode("instead")
    settle(panel, qtbot)
    assert blueness(panel, painter.blue) == 1
    assert error_of(panel, painter) <= painter.gain * 80 / panel.canvas.view_transform.scale / 2 + 1
    panel.atlas.set_mode("off")
    assert blueness(panel, painter.blue) < 1e-3  # an edge of a mark may have that shade


def test_after_a_zoom_the_coarse_picture_stays_until_it_is_sharper(panel, qtbot, painter):
    painter.gain = 60
    panel.atlas.set_mode("instead")
    settle(panel, qtbot)
    painter.gate.clear()
    zoom(panel, 6)
    panel.canvas.repaint()
    assert blueness(panel, painter.blue) == 1  # no hole, though nothing was decoded
    coarse = error_of(panel, painter)
    painter.gate.set()
    settle(panel, qtbot)
    assert blueness(panel, painter.blue) == 1
    assert error_of(panel, painter) < coarse / 2.5
    zoom(panel, 1 / 6)
    panel.canvas.repaint()
    assert blueness(panel, painter.blue) > 0.9


@pytest.mark.parametrize("factor", [1.0, 1.25, 3.7, 40, 1e4, 0.3])
def test_at_every_zoom_and_after_a_pan_no_seam_is_left_between_the_pictures(panel, qtbot, painter, factor):
    panel.atlas.set_mode("instead")
    settle(panel, qtbot)
    zoom(panel, factor)
    settle(panel, qtbot)
    assert blueness(panel, painter.blue) == 1
    for x, y in ((13.4, -20.7), (90.2, 41.1)):
        panel.canvas.show_view(panel.canvas.view_transform.panned(QPointF(x, y)))
        settle(panel, qtbot)
        assert blueness(panel, painter.blue) == 1
        if factor < 100:
            half = painter.gain * 80 / panel.canvas.view_transform.scale / 2
            assert error_of(panel, painter) <= half + 1


def test_points_lie_over_the_pictures_or_are_left_out(panel, qtbot, painter):
    panel.atlas.set_mode("behind")
    settle(panel, qtbot)
    behind = blueness(panel, painter.blue)
    assert 0.85 < behind < 0.999
    view = panel.canvas.view_transform
    scene = panel.canvas.points.scene
    rims = []
    for x, y in scene.index.xy:
        at = view.to_screen(float(x), float(y)).toPoint()
        around = pixels_of(panel)[max(at.y() - 6, 0) : at.y() + 7, max(at.x() - 6, 0) : at.x() + 7].reshape(-1, 3)
        rim = around[(around.max(axis=1) < 40) | (around.min(axis=1) > 215)]  # dark or light, by the theme
        rims.append(len(rim) > 3)
    assert np.mean(rims) > 0.8  # of points that lie upon each other one is drawn
    panel.atlas.set_mode("instead")
    settle(panel, qtbot)
    assert blueness(panel, painter.blue) == 1


def test_over_the_pictures_a_crowd_of_points_leaves_most_of_them_to_be_seen(panel, qtbot, painter):
    panel.set_map(prepare_steering(a_map(30_000), painter.info.latent), "")
    panel.atlas.set_mode("behind")
    settle(panel, qtbot)
    assert 0.4 < blueness(panel, painter.blue) < 0.95
    panel.canvas.hide_classes(frozenset({0}))
    settle(panel, qtbot)
    assert 0.4 < blueness(panel, painter.blue) < 0.95


def test_the_cells_nearest_to_the_cursor_are_decoded_first(panel, qtbot, painter):
    painter.gate.clear()
    panel.atlas.set_mode("instead")
    at = QPointF(60, 60)
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, panel.canvas.mapToGlobal(at), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QCoreApplication.sendEvent(panel.canvas, move)
    qtbot.waitUntil(lambda: painter.entered.acquire(blocking=False), timeout=PATIENCE)
    QCoreApplication.sendEvent(panel.canvas, move)
    qtbot.waitUntil(lambda: not panel.atlas._cursor_turn.isActive(), timeout=PATIENCE)
    painter.gate.set()
    settle(panel, qtbot)
    here = np.array(panel.canvas.view_transform.to_map(at))
    fine = np.array(painter.decoded)[-len(panel.canvas.atlas.cells) :]
    distances = np.linalg.norm(fine - here, axis=1)
    assert np.corrcoef(np.arange(len(distances)), distances)[0, 1] > 0.95


def test_nothing_is_decoded_while_the_atlas_is_off_or_the_map_is_hidden(panel, qtbot, painter):
    qtbot.wait(30)
    assert painter.decoded == []
    painter.gate.clear()
    panel.atlas.set_mode("instead")
    qtbot.waitUntil(lambda: painter.entered.acquire(blocking=False), timeout=PATIENCE)
    panel.hide()
    painter.gate.set()
    qtbot.waitUntil(lambda: not panel.atlas.working, timeout=PATIENCE)
    zoom(panel, 3)
    qtbot.wait(50)
    assert len(painter.decoded) == 1  # the one that was under way
    panel.show()
    settle(panel, qtbot)
    assert len(painter.decoded) > 1
    assert blueness(panel, painter.blue) == 1


def test_pictures_of_another_generator_or_map_never_mix(panel, qtbot, painter):
    panel.atlas.set_mode("instead")
    settle(panel, qtbot)
    painter.gate.clear()
    zoom(panel, 3)
    panel.canvas.repaint()
    qtbot.waitUntil(lambda: painter.entered.acquire(blocking=False), timeout=PATIENCE)
    other = Painter(blue=200)
    panel.atlas.set_generator(other)
    panel.canvas.repaint()
    assert blueness(panel, painter.blue) < 1e-3  # an edge of a mark may have that shade
    painter.gate.set()
    settle(panel, qtbot)
    assert blueness(panel, painter.blue) < 1e-3  # an edge of a mark may have that shade
    assert blueness(panel, other.blue) == 1
    panel.set_map(None, "There is none.")
    count = len(other.decoded)
    qtbot.wait(30)
    assert len(other.decoded) == count
    assert not panel._atlas_button.isVisible()


def test_what_is_known_already_is_not_decoded_again(panel, qtbot, painter):
    panel.atlas.set_mode("instead")
    settle(panel, qtbot)
    home, count = panel.canvas.view_transform, len(painter.decoded)
    assert len({tuple(code) for code in painter.decoded}) == count
    zoom(panel, 4)
    settle(panel, qtbot)
    assert len(painter.decoded) > count
    count = len(painter.decoded)
    panel.canvas.show_view(home)
    settle(panel, qtbot)
    assert len(painter.decoded) == count


def test_a_failing_decode_ends_the_atlas_with_its_sentence_until_it_is_tried_again(panel, qtbot, painter):
    painter.error = GeneratorError("The graphics card has no memory left; switch to the CPU.")
    panel.atlas.set_mode("behind")
    qtbot.waitUntil(panel._atlas_failure.isVisible, timeout=PATIENCE)
    assert panel._atlas_failure.text() == "The graphics card has no memory left; switch to the CPU."
    zoom(panel, 3)
    settle(panel, qtbot)
    assert painter.decoded == []
    assert panel.canvas.points.level == "points"
    painter.error = None
    panel.atlas.set_mode("instead")
    assert not panel._atlas_failure.isVisible()
    settle(panel, qtbot)
    assert blueness(panel, painter.blue) == 1


def test_far_from_the_data_of_a_curved_map_the_ground_is_seen(panel, qtbot, painter):
    latent_map = a_map(400)
    xy = (latent_map.xy * np.float32(0.1)).copy()
    xy[200:] += np.float32(30)
    curved = replace(latent_map, xy=xy, method="tsne")
    panel.set_map(prepare_steering(curved, painter.info.latent), "")
    panel.atlas.set_mode("instead")
    settle(panel, qtbot)
    ground = panel.canvas.palette().color(QPalette.ColorRole.Base)
    found, view = pixels_of(panel), panel.canvas.view_transform
    middle, island = (view.to_screen(*place).toPoint() for place in ((15.0, 15.0), (30.0, 30.0)))
    assert tuple(found[middle.y(), middle.x()]) == (ground.red(), ground.green(), ground.blue())
    assert abs(found[island.y(), island.x(), 2] - painter.blue) <= 2


def test_a_sharper_screen_gets_larger_tiles(panel, qtbot, painter, monkeypatch):
    panel.atlas.set_mode("instead")
    settle(panel, qtbot)
    assert panel.atlas._made[1].side == 64
    monkeypatch.setattr(type(panel.canvas), "devicePixelRatioF", lambda _self: 2.0)
    panel.canvas.repaint()
    settle(panel, qtbot)
    assert panel.atlas._made[1].side == 128


def test_the_key_and_the_button_go_through_the_ways_and_the_choice_is_remembered(desk, settings):
    button = desk.explorer.map_panel._atlas_button
    assert (button.isChecked(), button.toolTip()) == (False, "Atlas: no pictures over the map (A)")
    desk.window.activateWindow()
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_A)
    assert settings.atlas == "behind"
    assert button.isChecked()
    assert button.accessibleName() == "Atlas"
    assert button.accessibleDescription() == "pictures behind the points"
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert settings.atlas == "instead"
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert settings.atlas == "off"
    assert not button.isChecked()


def test_a_window_starts_with_the_atlas_it_had_and_steering_goes_on_over_it(new_desk, settings, write_fake, tmp_path):
    settings.atlas = "behind"
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=60))
    panel = desk.explorer.map_panel
    desk.qtbot.waitUntil(lambda: len(panel.canvas.atlas.cells) > 0 and not panel.atlas.working, timeout=PATIENCE)
    before = desk.latent
    desk.click_map(0.7, -0.4)
    desk.wait_for_picture()
    assert desk.latent is not before
    np.testing.assert_allclose(desk.latent, (0.7, -0.4), atol=0.05)
