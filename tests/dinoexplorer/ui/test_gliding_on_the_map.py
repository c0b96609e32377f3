"""A click glides, a drag does not wait, and a glide is one step."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QProxyStyle, QStyle, QWidget

from dinoexplorer.ui import motion


@pytest.fixture
def wide(desk, write_fake, tmp_path):
    """A curved map, so that clicks on points and beside them differ."""
    desk.open(write_fake(tmp_path / "wide.safetensors", 8, points=40, method="tsne"))
    return desk


@pytest.fixture
def codes(desk):
    """Every code the map asks for."""
    asked = []
    desk.explorer.map_panel.steered.connect(asked.append)
    return asked


def landed(desk):
    desk.qtbot.waitUntil(lambda: not desk.explorer.map_panel.pilot.gliding, timeout=5_000)
    return desk.wait_for_picture()


@pytest.mark.usefixtures("in_motion")
def test_a_click_glides_through_places_between_and_is_one_step(desk, codes):
    start = desk.latent.copy()
    decoded = len(desk.generator.decoded)
    desk.click_map(0.3, -0.2)
    landed(desk)
    end = desk.canvas.view_transform.to_map(desk.place(0.3, -0.2).toPointF())
    np.testing.assert_allclose(desk.latent, end, rtol=1e-5)
    shares = np.array([(code - start) @ (end - start) for code in codes]) / ((end - start) @ (end - start))
    assert len(codes) > 3
    assert (np.diff(shares) >= -1e-6).all()
    assert shares[0] < 0.5
    assert shares[-1] == pytest.approx(1, abs=1e-5)
    assert len(desk.generator.decoded) > decoded + 1
    assert desk.undo_steps() == 1
    desk.press("undo")
    np.testing.assert_array_equal(desk.latent, start)


@pytest.mark.parametrize(("wanted", "taken"), [(0, 0), (120, 120), (900, 200), (-1, 0)])
def test_motion_takes_as_long_as_the_system_says_and_never_more_than_200_ms(qtbot, monkeypatch, wanted, taken):
    monkeypatch.setattr(motion, "LONGEST", 200)
    widget = QWidget()
    qtbot.addWidget(widget)
    style = _Style(wanted)
    widget.setStyle(style)
    assert motion.milliseconds(widget) == taken
    widget.setStyle(None)


class _Style(QProxyStyle):
    """A system that wants its animations to take so long."""

    def __init__(self, wanted):
        super().__init__("Fusion")
        self.wanted = wanted

    def styleHint(self, hint, *arguments):  # noqa: N802
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return self.wanted
        return super().styleHint(hint, *arguments)


def test_without_animations_a_click_is_there_at_once(desk, codes):
    desk.click_map(1.0, 0.5)
    assert len(codes) == 1
    assert desk.undo_steps() == 1


@pytest.mark.usefixtures("in_motion")
def test_a_drag_does_not_wait_for_the_glide_of_its_press(desk, codes):
    way = [desk.place(x, 0.4) for x in (-1.5, 0.0, 1.2)]
    desk.drag(desk.canvas, way)
    np.testing.assert_allclose(desk.latent, desk.canvas.view_transform.to_map(way[-1].toPointF()), rtol=1e-5)
    assert not desk.explorer.map_panel.pilot.gliding
    count = len(codes)
    desk.wait_for_picture()
    assert len(codes) == count
    assert desk.undo_steps() == 1


def test_a_click_near_a_point_shows_that_very_image_and_a_click_beside_it_does_not(wide):
    latent_map = wide.explorer.opened.latent_map
    x, y = map(float, latent_map.xy[11])
    wide.qtbot.mouseClick(wide.canvas, Qt.MouseButton.LeftButton, pos=wide.place(x, y) + QPoint(2, -2))
    np.testing.assert_array_equal(wide.latent, latent_map.latents[11])
    wide.wait_for_picture()
    assert (wide.canvas.marker.x, wide.canvas.marker.y) == (x, y)
    assert wide.canvas.marker.doubt == 0
    wide.qtbot.mouseClick(wide.canvas, Qt.MouseButton.LeftButton, pos=wide.place(x, y) + QPoint(60, 8))
    assert not (latent_map.latents == wide.latent).all(axis=1).any()


@pytest.mark.usefixtures("in_motion")
def test_a_glide_from_beside_the_map_neither_begins_nor_ends_with_a_jump(wide, codes):
    latent_map = wide.explorer.opened.latent_map
    row = wide.explorer.latent_panel.rows.visible_rows()[0]
    wide.explorer.document.set_value(row.dimension, 4.0)
    wide.wait_for_picture()
    start = wide.latent.copy()
    wide.click_map(*map(float, latent_map.xy[5]))
    landed(wide)
    np.testing.assert_array_equal(wide.latent, latent_map.latents[5])
    np.testing.assert_allclose(codes[0], start, atol=0.3)


def test_dragging_tells_the_way_back_how_wide_a_pixel_is(wide, monkeypatch):
    asked = []
    way_back = type(wide.explorer.map_panel._steering.way_back)
    real = way_back.__call__
    monkeypatch.setattr(way_back, "__call__", lambda self, *place: asked.append(place) or real(self, *place))
    wide.drag(wide.canvas, [wide.place(x, 0.1) for x in (-1.0, 0.0, 1.0)])
    assert [place[2] for place in asked if len(place) == 3] == [1 / wide.canvas.view_transform.scale] * 3


@pytest.mark.usefixtures("in_motion")
def test_what_is_done_during_a_glide_comes_after_it(desk):
    start = desk.latent.copy()
    desk.click_map(0.3, -0.2)
    desk.qtbot.waitUntil(desk.window.actions_by_name["undo"].isEnabled, timeout=5_000)
    desk.press("undo")
    np.testing.assert_array_equal(desk.latent, start)
    desk.wait_for_picture()
    desk.press("redo")
    np.testing.assert_allclose(desk.latent, desk.canvas.view_transform.to_map(desk.place(0.3, -0.2).toPointF()), 1e-5)
    desk.click_map(-1.0, 0.3)
    desk.press("random")
    assert desk.undo_steps() == 3


@pytest.mark.usefixtures("in_motion")
def test_a_second_click_sets_out_from_where_the_first_glide_is(desk, codes):
    desk.click_map(0.3, -0.2)
    desk.qtbot.waitUntil(lambda: len(codes) > 2, timeout=5_000)
    count = len(codes)
    desk.click_map(-0.6, 0.4)
    landed(desk)
    np.testing.assert_allclose(desk.latent, desk.canvas.view_transform.to_map(desk.place(-0.6, 0.4).toPointF()), 1e-5)
    assert np.linalg.norm(codes[count] - codes[count - 1]) < 0.5
    assert desk.undo_steps() == 2


@pytest.mark.usefixtures("in_motion")
def test_another_checkpoint_ends_a_glide(desk, write_fake, tmp_path):
    other = write_fake(tmp_path / "other.safetensors", 8, points=40)
    desk.click_map(0.3, -0.2)
    desk.open(other)
    assert len(desk.latent) == 8
    assert desk.undo_steps() == 0


@pytest.mark.usefixtures("in_motion")
def test_hiding_the_map_ends_a_glide_where_it_leads(desk):
    wanted = desk.canvas.view_transform.to_map(desk.place(0.3, -0.2).toPointF())
    desk.click_map(0.3, -0.2)
    desk.press("bare")
    np.testing.assert_allclose(desk.latent, wanted, rtol=1e-5)
    assert desk.undo_steps() == 1
    desk.press("bare")


@pytest.mark.parametrize(("away", "words"), [(0.0, "on the data"), (1.0, "near the data"), (6.0, "far from the data")])
def test_away_from_the_data_the_line_says_so_and_the_halo_grows(desk, away, words):
    xy = desk.explorer.opened.latent_map.xy
    edge = xy[xy[:, 0].argmax()].astype(float)
    desk.click_map(*edge)
    desk.wait_for_picture()
    before = desk.canvas.marker.doubt
    desk.explorer.document.set_latent(np.array([edge[0] + away, edge[1]], np.float32))
    desk.wait_for_picture()
    assert words in desk.explorer.map_panel._figures.text()
    assert (desk.canvas.marker.doubt > before + 0.3) == (away > 0)
