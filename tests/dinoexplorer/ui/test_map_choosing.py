"""Choosing points: by name, step by step, by class and cluster, added to and taken from; and maps of bad data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from dinoexplorer.generators.generator import LatentSpec
from dinoexplorer.latent.latent_map import LatentMap, map_path, read_map, write_map
from dinoexplorer.latent.steering import prepare_steering
from dinoexplorer.ui.latent_map_view import MapPanel
from dinoexplorer.ui.latent_map_view.hover_card import HoverCard

NO_PICTURES = np.zeros((0, 1, 1, 3), np.uint8)
SHIFT, CTRL, ALT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Shift", "Control", "Alt"))
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def named_desk(new_desk, write_fake, tmp_path):
    """A window with a map whose points have names and errors."""
    path = write_fake(tmp_path / "named.safetensors", 2, points=60)
    plain = read_map(map_path(path))
    names = tuple(f"set {number % 3}/img_{number:03d}.png" for number in range(60))
    write_map(map_path(path), replace(plain, names=names, errors=np.linspace(0, 0.1, 60, dtype=np.float32)))
    desk = new_desk()
    desk.open(path)
    return desk


@pytest.fixture
def show_panel(qtbot):
    panels = []

    def show(latent_map):
        spec = LatentSpec(latent_map.latents.shape[1], *np.zeros((2, latent_map.latents.shape[1]), np.float32))
        panel = MapPanel()
        panel.resize(420, 700)
        panel.show()
        qtbot.waitExposed(panel)
        panel.set_map(prepare_steering(latent_map, spec), "")
        panel.steered.connect(panel.show_code)
        panels.append(panel)
        return panel

    yield show
    for panel in panels:
        panel.hide()
        panel.close_down()
        panel.deleteLater()


def settle(qtbot, panel):
    panel.canvas.grab()
    qtbot.waitUntil(lambda: not (panel.tools.working or panel.canvas.points.working), timeout=60_000)
    panel.canvas.grab()


def drag_around(canvas, keys, button=LEFT, *, left=0.0, right=1.0):
    """Draw a rectangle over a part of the width of the canvas."""
    width, height = canvas.width(), canvas.height()
    start, end = QPointF(left * width, 1), QPointF(right * width, height - 1)
    kinds = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease)
    for kind, at in zip(kinds, (start, end, end), strict=True):
        held = Qt.MouseButton.NoButton if kind == kinds[2] else button
        changed = Qt.MouseButton.NoButton if kind == kinds[1] else button
        event = QMouseEvent(kind, at, QPointF(canvas.mapToGlobal(at)), changed, held, keys)
        QCoreApplication.sendEvent(canvas, event)


def test_enter_steps_through_the_hits_of_a_search_and_each_is_one_step_to_undo(named_desk):
    desk, panel = named_desk, named_desk.explorer.map_panel
    latents, before = desk.explorer.opened.latent_map.latents, desk.latent
    steps = desk.undo_steps()
    desk.press("find_points")
    desk.qtbot.keyClicks(panel.tools.search, "SET 2/img_01")
    desk.qtbot.keyClick(panel.tools.search, Qt.Key.Key_Return)  # before the thread has answered
    desk.qtbot.waitUntil(lambda: desk.latent is not before, timeout=20_000)
    hits = [11, 14, 17]
    shown = []
    for key, keys in ((None, None), ("Return", None), ("Down", None), ("Return", None), ("Return", SHIFT)):
        if key:
            desk.qtbot.keyClick(panel.tools.search, getattr(Qt.Key, f"Key_{key}"), keys or Qt.KeyboardModifier(0))
        shown.append(int(np.flatnonzero((latents == desk.latent).all(axis=1))[0]))
    assert shown == [hits[0], hits[1], hits[2], hits[0], hits[2]]
    assert panel.tools.chosen.count.text() == "3 of 3 chosen"
    assert desk.undo_steps() == steps + 5


def test_a_number_goes_to_the_image_of_that_number_first(named_desk):
    desk, panel = named_desk, named_desk.explorer.map_panel
    panel.tools.search.setText("2")
    settle(desk.qtbot, panel)
    names = desk.explorer.opened.latent_map.names
    assert panel.tools.chosen.count.text() == f"{sum('2' in name for name in names) + 1} chosen"
    desk.qtbot.keyClick(panel.tools.search, Qt.Key.Key_Return)
    np.testing.assert_array_equal(desk.latent, desk.explorer.opened.latent_map.latents[1])


def test_a_hit_out_of_view_is_brought_into_view(named_desk):
    desk, panel = named_desk, named_desk.explorer.map_panel
    view = desk.canvas.view_transform
    desk.canvas.show_view(replace(view, x=view.x + 100, scale=view.scale * 4))
    panel.tools.search.setText("img_007")
    settle(desk.qtbot, panel)
    desk.qtbot.keyClick(panel.tools.search, Qt.Key.Key_Return)
    x, y = map(float, desk.explorer.opened.latent_map.xy[7])
    assert desk.canvas.rect().contains(desk.place(x, y))
    assert desk.canvas.view_transform.scale == view.scale * 4


def test_the_card_under_the_pointer_shows_the_name_whole(named_desk, qtbot):
    desk = named_desk
    latent_map, card = desk.explorer.opened.latent_map, desk.explorer.map_panel._card
    for index in (7, 9):
        x, y = map(float, latent_map.xy[index])
        desk.canvas.point_hovered.emit(index, desk.canvas.view_transform.to_screen(x, y))
        assert card._name.text() == latent_map.names[index]
        assert card.width() >= card.sizeHint().width()
    card.put_away()


def test_a_map_without_names_shows_no_line_for_them(desk):
    card = HoverCard(desk.canvas)
    card.show_point(desk.explorer.opened.latent_map, 0, QPointF(5, 5))
    assert card._name.isHidden()
    card.deleteLater()


def test_drags_with_more_keys_add_to_what_is_chosen_and_take_from_it(named_desk):
    desk, panel = named_desk, named_desk.explorer.map_panel
    across = desk.canvas.view_transform.all_to_screen(desk.explorer.opened.latent_map.xy)[:, 0] / desk.canvas.width()
    told = []
    panel.selection_changed.connect(told.append)
    drag_around(desk.canvas, CTRL, left=0, right=0.4)
    settle(desk.qtbot, panel)
    drag_around(desk.canvas, CTRL | ALT, left=0.7, right=1)
    settle(desk.qtbot, panel)
    drag_around(desk.canvas, CTRL, RIGHT, left=0.2, right=0.8)
    settle(desk.qtbot, panel)
    expected = [across < 0.4, (across < 0.4) | (across > 0.7), (across < 0.2) | (across > 0.8)]
    for found, wanted in zip(told, expected, strict=True):
        np.testing.assert_array_equal(found, np.flatnonzero(wanted))
    assert panel.tools.chosen.count.text() == f"{np.count_nonzero(expected[2])} chosen"


def test_escape_chooses_nothing_and_looks_for_nothing(named_desk):
    desk, panel = named_desk, named_desk.explorer.map_panel
    panel.tools.search.setText("img_01")
    settle(desk.qtbot, panel)
    with desk.qtbot.waitSignal(panel.selection_changed) as told:
        desk.press("back")
    assert len(told.args[0]) == 0
    assert panel.tools.search.text() == ""
    assert panel.tools.chosen.isHidden()


@pytest.mark.parametrize("way", ["alt", "menu"])
def test_the_points_of_a_class_are_chosen_from_the_legend(desk, way):
    panel, labels = desk.explorer.map_panel, desk.explorer.opened.latent_map.labels
    toggle = panel.legend.toggles()[3]
    with desk.qtbot.waitSignal(panel.selection_changed, timeout=20_000) as told:
        if way == "alt":
            desk.qtbot.mouseClick(toggle, LEFT, ALT)
        else:
            entry(panel.legend, 3, "Choose its points").trigger()
    np.testing.assert_array_equal(told.args[0], np.flatnonzero(labels == 3))
    assert toggle.isChecked()


def entry(legend, index, text):
    """An entry of the menu of a class."""
    return next(action for action in legend.menu_of(index).actions() if action.text() == text)


def test_the_menu_of_a_class_shows_it_alone_and_all_of_them_again(desk):
    panel = desk.explorer.map_panel
    entry(panel.legend, 2, "Show only this").trigger()
    assert panel.legend.hidden() == {0, 1, 3, 4, 5}
    shown = desk.canvas.points.shown
    assert set(desk.canvas.points.scene.labels[shown].tolist()) == {2}
    entry(panel.legend, 0, "Show all").trigger()
    assert panel.legend.hidden() == frozenset()
    assert desk.canvas.points.shown is None


def test_clusters_have_a_legend_of_their_own_that_hides_and_chooses(desk):
    panel, tools = desk.explorer.map_panel, desk.explorer.map_panel.tools
    desk.qtbot.mouseClick(panel.legend.toggles()[1], LEFT)
    tools.chooser.action("clusters-4").trigger()
    settle(desk.qtbot, panel)
    names = [toggle.text() for toggle in panel.legend.toggles()]
    assert names == [f"cluster {number}" for number in (1, 2, 3, 4)]
    assert desk.canvas.points.shown is None
    assert tools.key.isHidden()
    colouring, index = desk.canvas.points.colouring, desk.canvas.points.scene.index
    assert len(np.unique(colouring.table(dark=True)[colouring.tones], axis=0)) == 4
    desk.qtbot.mouseClick(panel.legend.toggles()[0], LEFT)
    np.testing.assert_array_equal(desk.canvas.points.shown, colouring.groups.numbers != 0)
    with desk.qtbot.waitSignal(panel.selection_changed, timeout=20_000) as told:
        desk.qtbot.mouseClick(panel.legend.toggles()[2], LEFT, ALT)
    np.testing.assert_array_equal(told.args[0], np.sort(index.order[colouring.groups.numbers == 2]))
    tools.chooser.choose("density")
    settle(desk.qtbot, panel)
    assert len(panel.legend.toggles()) == 6
    assert desk.canvas.points.shown is None


def test_reconstruction_error_is_offered_where_the_map_has_it(named_desk, write_fake, tmp_path):
    desk, panel = named_desk, named_desk.explorer.map_panel
    assert panel.tools.chooser.action("error").isVisible()
    panel.tools.chooser.choose("error")
    settle(desk.qtbot, panel)
    tones, order = desk.canvas.points.colouring.tones, desk.canvas.points.scene.index.order
    assert (np.diff(tones[np.argsort(order)]) >= 0).all()
    desk.open(write_fake(tmp_path / "other.safetensors", 5, points=40))
    assert not panel.tools.chooser.action("error").isVisible()
    assert panel.tools.chooser.choice == "class"


def test_the_nearest_images_are_reached_by_keyboard(desk):
    tools = desk.explorer.map_panel.tools
    desk.press("nearest")
    settle(desk.qtbot, desk.explorer.map_panel)
    assert tools.neighbours.isVisible()
    button = tools.neighbours.buttons[1]
    target = tools.neighbours._indices[1]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    desk.qtbot.keyClick(button, Qt.Key.Key_Return)
    np.testing.assert_array_equal(desk.latent, desk.explorer.opened.latent_map.latents[target])


def bad_map(kind):
    rng = np.random.default_rng(0)
    points = {"one": 1, "many": 100_000, "many on one spot": 100_000}.get(kind, 3000)
    latents = rng.normal(0, 1, (points, 3)).astype(np.float32)
    labels, errors = np.zeros(points, np.int32), np.zeros(points, np.float32)
    if kind == "no numbers":
        errors[::3], errors[1::3] = np.nan, np.inf
        labels[::7] = -1
    elif kind in {"equal", "many on one spot"}:
        latents[:] = 0.25
    xy = latents[:, :2].copy()
    if kind == "no places":
        xy[::2] = np.nan
    return LatentMap(latents, xy, labels, ("the only one",), NO_PICTURES, "tsne", "", errors=errors)


@pytest.mark.parametrize("kind", ["one", "equal", "no numbers", "no places", "many", "many on one spot"])
def test_a_map_of_bad_data_is_shown_coloured_searched_and_steered(show_panel, qtbot, kind):
    panel = show_panel(bad_map(kind))
    tools, canvas = panel.tools, panel.canvas
    names = ("class", "error") if kind.startswith("many") else tuple(tools.chooser._actions)
    for name in names:
        tools.chooser.choose(name)
        settle(qtbot, panel)
        assert canvas.points.colouring.name == name
    tools.search.setText("only")
    settle(qtbot, panel)
    assert tools.chosen.count.text().endswith("chosen")
    tools.near.click()
    qtbot.keyClick(tools.search, Qt.Key.Key_Return)
    qtbot.mouseClick(canvas, LEFT, pos=canvas.rect().center())
    settle(qtbot, panel)
    assert canvas.marker is not None
    assert np.isfinite([canvas.marker.x, canvas.marker.y]).all()
    for toggle in panel.legend.toggles():
        qtbot.mouseClick(toggle, LEFT)
    settle(qtbot, panel)
