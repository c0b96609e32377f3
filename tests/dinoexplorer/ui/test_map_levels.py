"""The map at every size: what is drawn, in which colours, and that bad maps are shown all the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_scene import prepare_scene
from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas

NO_PICTURES = np.zeros((0, 1, 1, 3), np.uint8)


def map_of(points, *, pictures=False, xy=None):
    """Two classes, the first on the left and the second on the right."""
    rng = np.random.default_rng(points)
    labels = (np.arange(points) % 2).astype(np.int32)
    if xy is None:
        xy = rng.normal(0, 0.25, (points, 2))
        xy[:, 0] += np.where(labels == 0, -1, 1)
    thumbnails = np.full((points, 8, 8, 3), (0, 0, 255), np.uint8) if pictures else NO_PICTURES
    xy = np.asarray(xy, np.float32)
    return LatentMap(xy, xy, labels, ("left", "right"), thumbnails, "plane", "")


@pytest.fixture
def show(qtbot):
    canvases = []

    def build(latent_map):
        canvas = MapCanvas()
        canvas.resize(400, 300)
        canvas.show()
        qtbot.waitExposed(canvas)
        canvas.set_map(prepare_scene(latent_map))
        canvases.append(canvas)
        settle(canvas, qtbot)
        return canvas

    yield build
    for canvas in canvases:
        canvas.hide()
        canvas.close_down()
        canvas.deleteLater()


def settle(canvas, qtbot):
    """Until everything that is prepared beside the window is there and painted."""
    pixels_of(canvas)
    qtbot.waitUntil(lambda: not canvas.points.working, timeout=20_000)
    pixels_of(canvas)
    qtbot.waitUntil(lambda: not canvas.points.working, timeout=20_000)


def pixels_of(canvas):
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8, image.bytesPerLine() * image.height())
    return (
        data.reshape(image.height(), image.bytesPerLine())[:, : image.width() * 3].reshape(image.height(), -1, 3).copy()
    )


def share_of(pixels, colour: QColor):
    """How much of the picture is nearly of that hue."""
    wanted = np.array([colour.red(), colour.green(), colour.blue()], float) - pixels[0, 0]
    found = pixels.astype(float) - pixels[0, 0]
    length = np.linalg.norm(found, axis=2)
    cosine = (found @ wanted) / np.maximum(length * np.linalg.norm(wanted), 1e-9)
    return float(((cosine > 0.97) & (length > 30)).mean())


@pytest.mark.parametrize(
    ("points", "zoom", "level"),
    [
        (16, 1, "thumbnails"), (1800, 1, "points"), (1800, 60, "thumbnails"),
        (60_000, 0.3, "density"), (60_000, 1, "density"), (60_000, 2.2, "density"), (60_000, 30, "points"),
    ],
)  # fmt: skip
def test_classes_keep_their_colours_at_every_level_and_a_hidden_one_is_gone(show, qtbot, points, zoom, level):
    canvas = show(map_of(points, pictures=points < 60_000))
    dark = is_dark(canvas.palette())
    x, y = canvas.points.scene.index.xy[canvas.points.scene.labels == 0][0] if zoom > 3 else (0.0, 0.0)
    view = canvas.view_transform
    canvas.show_view(replace(view, x=float(x), y=float(y), scale=view.scale * zoom))
    canvas._minimap.hide()
    settle(canvas, qtbot)
    assert canvas.points.level == level
    left, right = (class_colour(number, dark=dark) for number in (0, 1))
    before = pixels_of(canvas)
    assert share_of(before, left) > 0.0004
    assert zoom > 3 or share_of(before, right) > 0.0004
    canvas.hide_classes(frozenset({0}))
    settle(canvas, qtbot)
    after = pixels_of(canvas)
    assert share_of(after, left) == 0
    assert zoom > 3 or share_of(after, right) > 0.0004
    canvas.hide_classes(frozenset())
    settle(canvas, qtbot)
    assert share_of(pixels_of(canvas), left) == pytest.approx(share_of(before, left), rel=0.1)


def test_a_large_map_is_seen_before_its_density_is_counted(show, qtbot, monkeypatch):
    canvas = show(map_of(16))
    canvas.set_map(prepare_scene(map_of(60_000)))
    monkeypatch.setattr(canvas.points._density._work, "ask", lambda *_: None)
    pixels = pixels_of(canvas)
    assert share_of(pixels, class_colour(0, dark=is_dark(canvas.palette()))) > 0.01


def test_few_points_of_many_are_drawn_one_by_one_when_the_others_are_hidden(show):
    latent_map = map_of(40_000)
    labels = np.ones(40_000, np.int32)
    labels[:100] = 0
    canvas = show(replace(latent_map, labels=labels))
    assert canvas.points.level == "density"
    canvas.hide_classes(frozenset({1}))
    pixels_of(canvas)
    assert canvas.points.level == "points"


def test_what_is_drawn_for_a_frame_has_a_limit_whatever_is_in_view(show, monkeypatch):
    canvas = show(map_of(200_000, xy=np.random.default_rng(0).normal(0, 1e-3, (200_000, 2))))
    drawn = []
    real = type(canvas.points._density).paint_sample
    monkeypatch.setattr(
        type(canvas.points._density), "paint_sample",
        lambda self, *args, **kwargs: drawn.append(len(args[3])) or real(self, *args, **kwargs),
    )  # fmt: skip
    home = canvas.view_transform
    for zoom in (1, 3, 6, 10, 20, 60):
        canvas.show_view(replace(home, scale=home.scale * zoom))
        pixels_of(canvas)
    assert drawn
    assert max(drawn) <= 31_000


@pytest.mark.parametrize(
    "xy",
    [
        np.array([[1.0, 2.0]]), np.full((30, 2), 0.5), np.full((30_000, 2), 0.5), np.full((20, 2), np.nan),
        np.concatenate([np.full((5, 2), np.nan), np.zeros((5, 2))]), np.array([[0, 0], [1e30, 1e30]]),
    ],
)  # fmt: skip
def test_one_point_equal_points_and_places_that_are_no_numbers_are_shown_as_far_as_they_can_be(show, qtbot, xy):
    canvas = show(map_of(len(xy), xy=xy))
    for zoom in (1, 8, 1000):
        view = canvas.view_transform
        canvas.show_view(replace(view, scale=view.scale * zoom))
        settle(canvas, qtbot)
    canvas.go_home()
    settle(canvas, qtbot)
    view = canvas.view_transform
    assert np.isfinite([view.x, view.y, view.scale]).all()
    finite = np.flatnonzero(np.isfinite(xy).all(axis=1))
    found = canvas.points.nearest(view, view.to_screen(*map(float, np.nan_to_num(xy[-1]))), 9)
    assert found in finite if len(finite) else found == -1


def test_a_million_identical_labels_are_one_colour(show):
    rng = np.random.default_rng(4)
    latent_map = replace(map_of(1_000_000, xy=rng.normal(0, 1, (1_000_000, 2))), labels=np.zeros(1_000_000, np.int32))
    canvas = show(latent_map)
    pixels = pixels_of(canvas)
    dark = is_dark(canvas.palette())
    assert share_of(pixels, class_colour(0, dark=dark)) > 0.3
    assert share_of(pixels, class_colour(1, dark=dark)) == 0
    canvas.hide_classes(frozenset({0}))
    assert share_of(pixels_of(canvas), class_colour(0, dark=dark)) == 0


def test_missing_thumbnails_leave_marks(show, qtbot):
    canvas = show(map_of(16, pictures=True))
    assert canvas.points.level == "thumbnails"
    canvas.set_map(prepare_scene(map_of(16)))
    settle(canvas, qtbot)
    assert canvas.points.level == "points"
