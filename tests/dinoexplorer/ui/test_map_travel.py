"""Points that move when the map is laid out anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_scene import prepare_scene
from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas
from dinoexplorer.ui.latent_map_view.marker import Marker

COUNT = 300


@pytest.fixture
def canvas(qtbot):
    canvas = MapCanvas()
    canvas.resize(400, 300)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.set_map(prepare_scene(laid_out(-1.0)))
    yield canvas
    canvas.hide()
    canvas.close_down()
    canvas.deleteLater()


@pytest.fixture
def held(canvas, monkeypatch):
    """Sets a travel to a share of its way, and holds it there."""

    def hold(share):
        canvas._travel._motion.pause()
        canvas._travel._motion.setCurrentTime(round(share * 1000))
        return pixels_of(canvas)

    monkeypatch.setattr("dinoexplorer.ui.motion.milliseconds", lambda _widget: 1000)
    return hold


def laid_out(side, count=COUNT):
    """The first class on one side, the second on the other."""
    rng = np.random.default_rng(0)
    labels = (np.arange(count) % 2).astype(np.int32)
    xy = rng.normal(0, 0.05, (count, 2)).astype(np.float32)
    xy[:, 0] += np.where(labels == 0, side, -side)
    nothing = np.zeros((0, 1, 1, 3), np.uint8)
    return LatentMap(xy.copy(), xy, labels, ("left", "right"), nothing, "pca" if side < 0 else "tsne", "")


def pixels_of(canvas):
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8, image.bytesPerLine() * image.height())
    return data.reshape(image.height(), image.bytesPerLine())[:, : image.width() * 3].reshape(300, 400, 3).astype(float)


def middle_of(pixels, colour: QColor):
    """Where across the picture the pixels of that hue lie."""
    wanted = np.array([colour.red(), colour.green(), colour.blue()], float) - pixels[0, 0]
    found = pixels - pixels[0, 0]
    length = np.linalg.norm(found, axis=2)
    cosine = (found @ wanted) / np.maximum(length * np.linalg.norm(wanted), 1e-9)
    return float((np.flatnonzero((cosine > 0.97) & (length > 60)) % 400).mean())


def test_the_points_of_the_same_images_go_from_their_old_to_their_new_places(canvas, held):
    colour = class_colour(0, dark=is_dark(canvas.palette()))
    left = middle_of(pixels_of(canvas), colour)
    canvas.set_map(prepare_scene(laid_out(1.0)))
    places = [middle_of(held(share), colour) for share in (0.0, 0.25, 0.5, 0.75)]
    canvas._travel.end()
    right = middle_of(pixels_of(canvas), colour)
    assert left < 150
    assert right > 250
    easing = (1 - np.cos(np.pi * np.array([0, 0.25, 0.5, 0.75]))) / 2
    np.testing.assert_allclose(places, left + (right - left) * easing, atol=8)


def test_the_journey_ends_by_itself_and_shows_the_new_map(canvas, qtbot, in_motion):
    canvas.set_map(prepare_scene(laid_out(1.0)))
    assert canvas._travel.active
    qtbot.waitUntil(lambda: not canvas._travel.active, timeout=5_000)
    assert middle_of(pixels_of(canvas), class_colour(0, dark=is_dark(canvas.palette()))) > 250


def test_the_marker_travels_with_them(canvas, held):
    canvas.set_marker(Marker(-1.0, 0.0, approximate=False, doubt=0.0))
    start = canvas.view_transform.to_screen(-1.0, 0.0)
    canvas.set_map(prepare_scene(laid_out(1.0)))
    held(0.0)
    marker = Marker(1.0, 0.0, approximate=False, doubt=0.0)
    canvas.set_marker(marker)
    assert canvas._carried(marker).x == pytest.approx(canvas.view_transform.to_map(start)[0])
    canvas._travel.end()
    assert canvas._carried(marker) is marker


@pytest.mark.parametrize(
    "other",
    [
        laid_out(1.0, COUNT + 1), replace(laid_out(1.0), labels=np.zeros(COUNT, np.int32)),
        replace(laid_out(1.0), classes=("one", "two")), replace(laid_out(-1.0), method="tsne"),
    ],
    ids=["other points", "other labels", "other classes", "the same places"],
)  # fmt: skip
def test_other_points_and_the_same_places_are_shown_at_once(canvas, held, other):
    canvas.set_map(prepare_scene(other))
    assert not canvas._travel.active


def test_too_many_points_and_no_animations_show_the_new_map_at_once(canvas, monkeypatch):
    canvas.set_map(prepare_scene(laid_out(1.0)))
    assert not canvas._travel.active  # `still` holds for all tests here
    monkeypatch.setattr("dinoexplorer.ui.motion.milliseconds", lambda _widget: 200)
    canvas.set_map(prepare_scene(laid_out(1.0, 14_002)))
    canvas.set_map(prepare_scene(laid_out(-1.0, 14_002)))
    assert not canvas._travel.active


def test_points_that_had_no_place_or_a_class_that_is_hidden_do_no_harm(canvas, held):
    first = laid_out(-1.0)
    first.xy[::3] = np.nan
    canvas.set_map(prepare_scene(first))
    canvas.set_map(prepare_scene(laid_out(1.0)))
    canvas.hide_classes(frozenset({1}))
    pixels = held(0.5)
    assert np.isfinite(middle_of(pixels, class_colour(0, dark=is_dark(canvas.palette()))))
    assert np.isnan(_quietly(middle_of, pixels, class_colour(1, dark=is_dark(canvas.palette()))))


def _quietly(function, *arguments):
    with pytest.warns(RuntimeWarning):
        return function(*arguments)
