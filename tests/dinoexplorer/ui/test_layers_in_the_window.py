"""Layers: sliders of some of them, directions that act on some, and two pictures mixed by them."""

from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.document.standing import Direction

WIDTH = 5
STYLES = slice(0, 3 * WIDTH)


@pytest.fixture
def layered(new_desk, write_fake, tmp_path):
    """A window in which a model of three layers of 4, 8 and 16 px and of noise is open."""
    desk = new_desk()
    desk.open(write_fake(tmp_path / "styles.safetensors", 3 * WIDTH + 2, points=60, layers=3))
    desk.explorer.document.set_latent(desk.explorer.document.spec.mean)
    desk.wait_for_picture()
    return desk


@pytest.fixture
def panel(layered):
    return layered.explorer.latent_panel


def offered(button):
    """The texts of the menu, those of its menus behind a stroke."""
    button.choices().aboutToShow.emit()
    texts = []
    for action in button.choices().actions():
        menu = action.menu()
        texts += [action.text()] if menu is None else [f"{action.text()}/{inner.text()}" for inner in menu.actions()]
    return [text for text in texts if text]


def choose(button, *way):
    button.choices().aboutToShow.emit()
    menu = button.choices()
    for text in way[:-1]:
        menu = next(action.menu() for action in menu.actions() if action.text() == text)
    next(action for action in menu.actions() if action.text() == way[-1]).trigger()


def row(panel, name):
    spec = panel.rows._spec
    return panel.rows.reveal(next(index for index in range(spec.dim) if spec.name(index) == name))


def styles(desk):
    return desk.latent[STYLES].reshape(3, WIDTH)


def test_a_slider_of_all_layers_moves_its_number_in_each_and_keeps_what_they_differ_in(layered, panel):
    assert (panel.layers.text(), panel.kind.text()) == ("All layers", "7 dimensions")
    layered.explorer.document.set_value(WIDTH + 1, 0.75)
    layered.wait_for_picture()
    assert row(panel, "w2").box.value() == pytest.approx(0.25)
    row(panel, "w2").box.value_typed.emit(1.0)
    assert styles(layered)[:, 1].tolist() == pytest.approx([0.75, 1.5, 0.75])
    assert np.array_equal(np.delete(styles(layered), 1, axis=1), np.zeros((3, 4)))
    assert layered.explorer.document.entry.what == "set w2 4 px to w2 16 px"
    assert layered.undo_steps() == 3  # the way to the mean is the first


def test_the_sliders_of_one_layer_and_of_some_in_a_row_move_these_alone(layered, panel):
    choose(panel.layers, "Only", "8 px")
    assert panel.layers.text() == "8 px"
    row(panel, "w1").box.value_typed.emit(2.0)
    assert styles(layered)[:, 0].tolist() == [0, 2, 0]
    choose(panel.layers, "Up to", "16 px")
    assert panel.layers.text() == "From 8 px"
    row(panel, "w3").box.value_typed.emit(-1.0)
    assert styles(layered)[:, 2].tolist() == [0, -1, -1]
    choose(panel.layers, "From", "16 px")
    row(panel, "w3").box.value_typed.emit(4.0)
    assert styles(layered)[:, 2].tolist() == [0, -1, 4]
    choose(panel.layers, "All layers")
    assert panel.layers.layers == (0, 3)


def test_layers_are_offered_in_the_words_of_the_field(panel):
    assert offered(panel.layers) == [
        "All layers", "Coarse: shape", "Middle: features",
        "Only/4 px", "Only/8 px", "Only/16 px", "From/4 px", "From/8 px", "From/16 px",
        "Up to/4 px", "Up to/8 px", "Up to/16 px",
    ]  # fmt: skip
    choose(panel.layers, "Coarse: shape")
    assert (panel.layers.layers, panel.layers.text()) == ((0, 2), "Up to 8 px")


def test_the_noise_has_sliders_whatever_layers_are_chosen_and_random_codes_leave_it(layered, panel):
    choose(panel.layers, "Only", "4 px")
    row(panel, "noise").box.value_typed.emit(0.5)
    assert layered.latent[-2:].tolist() == [0.5, 0]
    assert [one.dimension for one in panel.rows.visible_rows()][:2] == [0, 1]  # before all others
    assert panel.rows._spec.name(1) == "turn"
    low, high = row(panel, "noise").slider.bounds()
    assert low < 0.5 < high


def test_a_padlock_locks_a_number_in_the_layers_that_are_chosen(layered, panel):
    choose(panel.layers, "From", "8 px")
    row(panel, "w1").lock.click()
    locked = layered.explorer.document.locked
    assert np.flatnonzero(locked).tolist() == [WIDTH, 2 * WIDTH]
    choose(panel.layers, "All layers")
    layered.wait_for_picture()
    assert not row(panel, "w1").lock.isChecked()
    choose(panel.layers, "Only", "8 px")
    assert row(panel, "w1").lock.isChecked()
    layered.press("random")
    assert styles(layered)[1:, 0].tolist() == [0, 0]
    assert styles(layered)[0, 0] != 0


def test_the_key_drops_the_layers_down_and_a_model_without_layers_says_why_not(
    layered, panel, write_fake, tmp_path, monkeypatch
):
    shown = []
    monkeypatch.setattr(panel.layers, "click", lambda: shown.append(True))
    layered.explorer.side.show_tab("mix")
    layered.press("layers")
    assert shown == [True]
    assert panel.isVisible()
    layered.open(write_fake(tmp_path / "plain.safetensors", 6))
    assert not panel.layers.isVisible()
    assert panel.kind.text() == "6 dimensions"
    assert not layered.window.actions_by_name["layers"].isEnabled()


def test_components_have_no_layers_and_dimensions_have_them_again(layered, panel):
    choose(panel.layers, "Only", "8 px")
    layered.explorer.desks.space.set_components(True)
    layered.qtbot.waitUntil(lambda: panel.kind.text() == "17 components", timeout=10_000)
    assert not panel.layers.isVisible()
    row(panel, "turn").box.value_typed.emit(0.7)
    assert layered.latent[-1] == np.float32(0.7)
    layered.explorer.desks.space.set_components(False)
    assert (panel.layers.text(), panel.kind.text()) == ("8 px", "7 dimensions")


# Directions


@pytest.fixture
def card(layered):
    vector = np.concatenate([np.ones(3 * WIDTH), np.zeros(2)]).astype(np.float32)
    layered.explorer.document.add_direction(Direction(0, "wider", vector, 0.5))
    layered.press("directions")
    cards = layered.explorer.desks.directions.panel.list
    layered.qtbot.waitUntil(lambda: len(cards.cards()) == 1)
    layered.wait_for_marker()
    return cards.cards()[0]


def test_a_direction_acts_on_the_layers_that_are_chosen_for_it(layered, card):
    assert card.layers.text() == "All layers"
    choose(card.layers, "Only", "8 px")
    assert layered.explorer.document.directions[0].layers == (1, 2)
    assert layered.explorer.document.entry.what == "wider in 8 px"
    card.box.value_typed.emit(2.0)
    assert styles(layered).tolist() == [[0] * 5, [1] * 5, [0] * 5]
    layered.qtbot.waitUntil(lambda: card.box.value() == pytest.approx(2), timeout=5000)
    choose(card.layers, "All layers")
    assert layered.explorer.document.directions[0].layers is None
    layered.qtbot.waitUntil(lambda: card.box.value() == pytest.approx(2 / 3, abs=1e-3), timeout=5000)
    layered.explorer.undo()
    layered.wait_for_marker()
    assert card.layers.text() == "8 px"


def test_a_model_without_layers_shows_none_on_its_cards(desk):
    desk.explorer.document.add_direction(Direction(0, "x", np.array([1, 0], np.float32)))
    desk.press("directions")
    cards = desk.explorer.desks.directions.panel.list
    desk.qtbot.waitUntil(lambda: len(cards.cards()) == 1)
    assert not cards.cards()[0].layers.isVisible()


# Mixing


@pytest.fixture
def mixing(layered):
    layered.explorer.side.show_tab("mix")
    layered.qtbot.waitUntil(layered.explorer.desks.mixing.panel.isVisible)
    for _ in range(2):
        layered.press("random")
        layered.press("mix_here")
    layered.wait_for_picture()
    return layered.explorer.desks.mixing


def test_two_pictures_are_mixed_by_layers(layered, mixing):
    one, two = mixing.mix.codes
    assert mixing.panel.layers.text() == "From 8 px"
    layered.press("mix_layers")
    assert np.array_equal(layered.latent[:WIDTH], one[:WIDTH])
    assert np.array_equal(layered.latent[WIDTH:-2], two[WIDTH:-2])
    assert layered.explorer.document.entry.what == "Place 1 with 8 px to 16 px of Place 2"
    choose(mixing.panel.layers, "Only", "4 px")
    layered.press("mix_layers")
    assert np.array_equal(layered.latent[:WIDTH], two[:WIDTH])
    assert np.array_equal(layered.latent[WIDTH:-2], one[WIDTH:-2])


def test_mixing_by_layers_takes_two_pictures(layered, mixing):
    action = layered.window.actions_by_name["mix_layers"]
    assert action.isEnabled()
    layered.press("mix_here")
    assert not action.isEnabled()


def test_a_crossover_takes_whole_layers_unless_other_groups_are_chosen(layered, mixing):
    one, two = (code[STYLES].reshape(3, WIDTH) for code in mixing.mix.codes)
    assert mixing.panel.groups.text() == "layers"
    for _ in range(4):
        layered.press("crossover")
        for layer in range(3):
            assert any(np.array_equal(styles(layered)[layer], parent[layer]) for parent in (one, two))
        assert not any(np.array_equal(styles(layered), parent) for parent in (one, two))
    next(action for action in mixing.panel.groups.choices().actions() if action.text() == "single").trigger()
    assert mixing.panel.groups.text() == "single"


def test_a_model_without_layers_has_no_mixing_by_them(desk):
    desk.explorer.side.show_tab("mix")
    panel = desk.explorer.desks.mixing.panel
    desk.qtbot.waitUntil(panel.isVisible)
    assert not panel.layers.isVisible()
    assert not panel.by_layers.isVisible()
    assert "layers" not in [action.text() for action in panel.groups.choices().actions()]
