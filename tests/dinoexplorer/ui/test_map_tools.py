"""What a person does on the map besides steering: choose points, find them, colour them, look at their neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent


@pytest.fixture
def panel(desk):
    return desk.explorer.map_panel


def settle(desk):
    tools, points = desk.explorer.map_panel.tools, desk.canvas.points
    desk.canvas.grab()
    desk.qtbot.waitUntil(lambda: not (tools.working or points.working), timeout=20_000)


def draw(canvas, points, key):
    """Drag with the left button while a key is held."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(points) - 2), QEvent.Type.MouseButtonRelease]
    for kind, at in zip(kinds, points, strict=True):
        buttons = none if kind == QEvent.Type.MouseButtonRelease else left
        button = none if kind == QEvent.Type.MouseMove else left
        event = QMouseEvent(kind, at, QPointF(canvas.mapToGlobal(at)), button, buttons, key)
        QCoreApplication.sendEvent(canvas, event)


def screen_of(desk):
    return desk.canvas.view_transform.all_to_screen(desk.explorer.opened.latent_map.xy)


def test_a_drag_with_shift_chooses_the_points_within_the_outline_and_steers_nothing(desk, panel):
    before, screen = desk.latent, screen_of(desk)
    middle = np.array([desk.canvas.width(), desk.canvas.height()]) / 2
    turns = np.linspace(0, 2 * np.pi, 40)
    outline = [QPointF(middle[0] + 90 * np.cos(turn), middle[1] + 60 * np.sin(turn)) for turn in turns]
    with desk.qtbot.waitSignal(panel.selection_changed, timeout=20_000) as told:
        draw(desk.canvas, [*outline, outline[-1]], Qt.KeyboardModifier.ShiftModifier)
    away = (((screen - middle) / (90, 60)) ** 2).sum(axis=1)
    chosen = set(told.args[0].tolist())
    assert set(np.flatnonzero(away < 0.95)) <= chosen <= set(np.flatnonzero(away < 1.05))
    assert len(chosen) > 3
    assert panel.tools.chosen.count.text() == f"{len(chosen)} chosen"
    assert desk.latent is before


def test_a_drag_with_ctrl_chooses_a_rectangle_without_the_hidden_classes(desk, panel):
    screen, labels = screen_of(desk), desk.explorer.opened.latent_map.labels
    desk.qtbot.mouseClick(panel.legend.toggles()[2], Qt.MouseButton.LeftButton)
    width, height = desk.canvas.width(), desk.canvas.height()
    corners = [QPointF(10, 10), QPointF(width * 0.3, 50), QPointF(width * 0.6, height - 10.0)]
    with desk.qtbot.waitSignal(panel.selection_changed, timeout=20_000) as told:
        draw(desk.canvas, [*corners, corners[-1]], Qt.KeyboardModifier.ControlModifier)
    inside = (screen > 10).all(axis=1) & (screen < (width * 0.6, height - 10)).all(axis=1)
    assert set(told.args[0].tolist()) == set(np.flatnonzero(inside & (labels != 2)))


def test_chosen_points_are_marked_until_a_click_with_shift_or_the_button_clears_them(desk, panel):
    desk.canvas.grab()
    plain = desk.canvas.grab().toImage()
    for clear in ("click", "button"):
        panel.tools.search.setText("saurus")
        settle(desk)
        assert panel.tools.chosen.count.isVisible()
        assert desk.canvas.grab().toImage() != plain
        if clear == "click":
            draw(desk.canvas, [QPointF(50, 50), QPointF(50, 50)], Qt.KeyboardModifier.ShiftModifier)
        else:
            desk.qtbot.mouseClick(panel.tools.chosen.clear, Qt.MouseButton.LeftButton)
        settle(desk)
        assert not panel.tools.chosen.clear.isVisible()
        panel.tools.search.clear()
        settle(desk)
        desk.qtbot.waitUntil(lambda: desk.canvas.grab().toImage() == plain, timeout=10_000)


def test_search_finds_the_points_of_a_class_and_says_when_there_are_none(desk, panel):
    with desk.qtbot.waitSignal(panel.selection_changed, timeout=20_000) as told:
        panel.tools.search.setText("stego")
    np.testing.assert_array_equal(told.args[0], np.flatnonzero(desk.explorer.opened.latent_map.labels == 2))
    panel.tools.search.setText("stegx")
    settle(desk)
    assert panel.tools.chosen.count.text() == "Nothing of that name"


@pytest.mark.parametrize("choice", ["density", "distance", "deviation", "order"])
def test_points_can_be_coloured_by_a_figure_and_by_class_again(desk, panel, choice):
    settle(desk)
    before = desk.canvas.grab().toImage()
    panel.tools.chooser.action(choice).trigger()
    settle(desk)
    assert panel.tools.key.isVisible()
    assert panel.tools.chooser.text() == choice
    assert desk.canvas.points.colouring.name == choice
    assert desk.canvas.grab().toImage() != before
    panel.tools.chooser.choose("class")
    settle(desk)
    assert not panel.tools.key.isVisible()
    desk.qtbot.waitUntil(lambda: desk.canvas.grab().toImage() == before, timeout=10_000)  # thumbnails come in parts


def test_the_colours_of_distance_follow_the_place_where_we_stand(desk, panel):
    panel.tools.chooser.choose("distance")
    order, xy = desk.canvas.points.scene.index.order, desk.explorer.opened.latent_map.xy
    for index in (3, 4):
        desk.click_map(*map(float, xy[index]))
        desk.wait_for_picture()
        settle(desk)
        tones = desk.canvas.points.colouring.tones
        assert tones[np.flatnonzero(order == index)[0]] == 0


def test_the_nearest_images_are_listed_with_distances_and_a_press_goes_there(desk, panel):
    latent_map, tools = desk.explorer.opened.latent_map, panel.tools
    desk.qtbot.mouseClick(tools.near, Qt.MouseButton.LeftButton)
    desk.click_map(*map(float, latent_map.xy[11]))
    desk.wait_for_picture()
    settle(desk)
    distances = np.sort(np.linalg.norm(latent_map.latents - desk.latent, axis=1))
    shown = [float(button.text()) for button in tools.neighbours.buttons if button.isVisible()]
    np.testing.assert_allclose(shown, distances[:5], atol=0.006)
    target = tools.neighbours._indices[3]
    steps = desk.undo_steps()
    desk.qtbot.mouseClick(tools.neighbours.buttons[3], Qt.MouseButton.LeftButton)
    desk.wait_for_picture()
    np.testing.assert_array_equal(desk.latent, latent_map.latents[target])
    assert desk.undo_steps() == steps + 1
    settle(desk)
    assert "practically the first of them" in tools.neighbours.verdict.text()


def test_the_minimap_is_there_when_zoomed_in_and_moves_the_view(desk):
    minimap, home = desk.canvas._minimap, desk.canvas.view_transform
    assert minimap.isHidden()
    desk.canvas.show_view(home.zoomed(8, QPointF(60, 60), 0, 1e9))
    assert minimap.isVisible()
    desk.qtbot.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=minimap.rect().center())
    view = desk.canvas.view_transform
    assert view.scale == home.scale * 8
    np.testing.assert_allclose((view.x, view.y), (home.x, home.y), atol=0.1)
    desk.press("home")
    assert minimap.isHidden()


def test_another_map_begins_with_nothing_chosen_and_classes_in_their_colours(desk, panel, write_fake, tmp_path):
    panel.tools.search.setText("tri")
    panel.tools.chooser.choose("density")
    settle(desk)
    desk.open(write_fake(tmp_path / "other.safetensors", 5, points=80, hue=1.0))
    settle(desk)
    assert panel.tools.search.text() == ""
    assert panel.tools.chooser.choice == "class"
    assert desk.canvas.points.colouring.name == "class"
    assert not panel.tools.chosen.clear.isVisible()
