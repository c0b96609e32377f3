"""A frame of the map: everything where it belongs, whole, all over the canvas, and nothing of what was before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_figures import BY_CLASS, FIGURES
from dinoexplorer.latent.map_scene import prepare_scene
from dinoexplorer.ui.colours import DARK, LIGHT
from dinoexplorer.ui.latent_map_view.colouring import Colouring, colour_by
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas
from dinoexplorer.ui.latent_map_view.sprites import _AROUND, draw_points, draw_shape
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform, inside
from dinoexplorer.ui.theme import make_palette

SIZE = (400, 300)
MAGENTA = QColor("#ff00ff")
NO_PICTURES = np.zeros((0, 1, 1, 3), np.uint8)


def map_of(points, seed=0):
    rng = np.random.default_rng(seed)
    labels = (np.arange(points) % 3).astype(np.int32)
    xy = rng.normal(0, 0.3, (points, 2)).astype(np.float32) + np.stack([labels, labels % 2], axis=1).astype(np.float32)
    return LatentMap(xy, xy, labels, ("one", "two", "three"), NO_PICTURES, "plane", "")


@pytest.fixture
def show(qtbot):
    canvases = []

    def build(latent_map):
        canvas = MapCanvas()
        canvas.setPalette(make_palette(LIGHT))
        canvas.resize(*SIZE)
        canvas.show()
        qtbot.waitExposed(canvas)
        canvases.append(canvas)
        if latent_map is not None:
            canvas.set_map(prepare_scene(latent_map))
        return canvas

    yield build
    for canvas in canvases:
        canvas.hide()
        canvas.close_down()
        canvas.deleteLater()


@st.composite
def views(draw):
    x, y = (draw(st.floats(-5, 5)) for _ in range(2))
    return ViewTransform(x, y, draw(st.floats(1, 1000)), draw(st.integers(1, 3000)), draw(st.integers(1, 3000)))


@given(views(), st.integers(0, 2**32 - 1), st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_many_places_are_shown_where_each_alone_is_shown(view, seed, count):
    xy = np.random.default_rng(seed).uniform(-6, 6, (count, 2)).astype(np.float32)
    before = xy.copy()
    screen = view.all_to_screen(xy)
    assert screen.dtype == np.float32
    alone = [view.to_screen(float(x), float(y)) for x, y in xy]
    np.testing.assert_allclose(screen, np.reshape([(at.x(), at.y()) for at in alone], (-1, 2)), rtol=1e-4, atol=0.02)
    np.testing.assert_array_equal(xy, before)


def test_places_on_the_left_and_top_edge_are_inside_and_those_on_the_others_are_not():
    screen = np.array([[0, 0], [9.9, 4.9], [10, 1], [1, 5], [-0.1, 1], [1, -0.1], [np.nan, 1], [1, np.nan]], np.float32)
    assert inside(screen, 10, 5).tolist() == [True, True, *[False] * 6]
    assert inside(screen, 10, 5, reach=1).tolist() == [*[True] * 6, False, False]
    assert inside(screen[:0], 10, 5).shape == (0,)


def test_each_chosen_point_in_view_is_marked(show):
    canvas = show(map_of(500))
    places = np.arange(0, 500, 7)
    canvas.set_selection(places)
    chosen = pixels_of(canvas)
    canvas.set_selection(places[:0])
    screen = canvas.view_transform.all_to_screen(canvas.points.scene.index.xy[places]).round().astype(int)
    changed = (chosen != pixels_of(canvas)).any(axis=2)
    seen = screen[inside(screen.astype(np.float32), *SIZE, reach=-10)]
    assert len(seen) > 50
    for x, y in seen:
        assert changed[y - 10 : y + 11, x - 10 : x + 11].any()


@pytest.mark.parametrize("rimmed", [False, True])
@pytest.mark.parametrize("radius", [1.2, 1.5, 1.6, 2.0, 2.5, 3.0, 4.5, 6.75, 9.0])
def test_no_mark_is_cut_off(qapp, radius, *, rimmed):
    tones = 9  # one for no class and one for each shape
    colouring = Colouring(BY_CLASS, np.arange(tones, dtype=np.int16), tones)
    middle = np.array([[30.0, 30.0]], np.float32)
    for tone in range(tones):
        tile, whole = transparent(), transparent()
        painter = QPainter(tile)
        draw_points(painter, middle, np.array([tone], np.int16), colouring, radius, dark=True, rimmed=rimmed)
        painter.end()
        painter = QPainter(whole)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape, colour = Colouring.shape(BY_CLASS, tone), Colouring.colour(BY_CLASS, tone, dark=True)
        for away in _AROUND if rimmed else []:
            draw_shape(painter, shape, QPointF(30, 30) + away, radius, QColor("#000000"))
        draw_shape(painter, shape, QPointF(30, 30), radius, colour, alpha=255 if rimmed else 205)
        painter.end()
        # Qt rounds a slanted edge a little differently elsewhere.
        assert np.abs(array_of(tile).astype(int) - array_of(whole)).max() <= 4, (tone, radius)


@pytest.mark.parametrize(
    "state", ["no map", "few", "many", "panned", "panned far", "zoomed", "atlas", "atlas alone", "travelling"]
)
def test_each_pixel_of_the_canvas_is_painted(show, monkeypatch, state):
    canvas = show(None if state == "no map" else map_of(60_000 if state == "many" else 300))
    if state == "panned":
        pixels_of(canvas)
        canvas.show_view(canvas.view_transform.panned(QPointF(11.3, -7.7)))
    elif state == "panned far":
        pixels_of(canvas)
        canvas.show_view(canvas.view_transform.panned(QPointF(-150, 0)))
    elif state == "zoomed":
        canvas.pinch(QPointF(3, 4), 0.2, QPointF(100, 100))
    elif state.startswith("atlas"):
        canvas.set_layers(atlas=True, points=state == "atlas")
        canvas.show_view(canvas.view_transform.panned(QPointF(40.5, 40.5)))
    elif state == "travelling":
        monkeypatch.setattr("dinoexplorer.ui.motion.milliseconds", lambda _widget: 1000)
        canvas.set_map(prepare_scene(replace(map_of(300), xy=map_of(300).xy[:, ::-1].copy())))
        canvas._travel._motion.pause()
        assert canvas._travel.active
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(MAGENTA)
    canvas.render(image, QPoint(), canvas.rect(), QWidget.RenderFlag(0))  # without the ground of the window
    assert not (array_of(image) == (255, 0, 255, 255)).all(axis=2).any()
    assert canvas.testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)


@pytest.mark.parametrize("points", [300, 60_000])
@pytest.mark.parametrize("change", ["zoom", "other map", "class hidden", "colouring", "dark", "size"])
def test_a_frame_shows_nothing_of_what_was_shown_before(show, qtbot, change, points):
    states = {"old": show(map_of(points)), "new": show(map_of(points, seed=1 if change == "other map" else 0))}
    used = states["old"]
    settle(used, qtbot)
    used.pinch(QPointF(13, 8), 1.3, QPointF(120, 90))
    settle(used, qtbot)
    used.show_view(used.view_transform.panned(QPointF(9, -5)))
    before = pixels_of(used)
    if change == "other map":
        used.set_map(prepare_scene(map_of(points, seed=1)))
        used.go_home()
    else:
        used.go_home()
        settle(used, qtbot)
        before = pixels_of(used)
    for canvas in states.values():
        changed(canvas, change)
        settle(canvas, qtbot)
    after = pixels_of(used)
    np.testing.assert_array_equal(after, pixels_of(states["new"]))
    assert after.shape != before.shape or (after != before).mean() > 0.001


def changed(canvas, change):
    scene = canvas.points.scene
    if change == "zoom":
        canvas.pinch(QPointF(), 1.5, QPointF(200, 150))
    elif change == "class hidden":
        canvas.hide_classes(frozenset({1}))
    elif change == "colouring":
        figure = next(figure for figure in FIGURES if not figure.grouped)
        canvas.set_colouring(colour_by(figure, scene.index.xy[:, 0]))
    elif change == "dark":
        canvas.setPalette(make_palette(DARK))
    elif change == "size":
        canvas.resize(500, 350)


def settle(canvas, qtbot):
    """Until everything that is prepared beside the window is there and painted."""
    for _ in range(2):
        pixels_of(canvas)
        qtbot.waitUntil(lambda: not canvas.points.working, timeout=20_000)


def transparent():
    image = QImage(60, 60, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image


def pixels_of(canvas):
    return array_of(canvas.grab().toImage())


def array_of(image):
    image = image.convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()
