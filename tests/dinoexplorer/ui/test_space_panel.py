"""The tab Space: random draws, a surprise, what is usual, classes; and sliders of principal components."""

from __future__ import annotations

import dataclasses

import dino_fakes as fakes
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from dinoexplorer.latent.components import principal_axes
from dinoexplorer.latent.latent_map import map_path, read_map


@pytest.fixture
def space(desk):
    desk.explorer.side.show_tab("space")
    desk.qtbot.waitUntil(desk.explorer.desks.space.panel.isVisible)
    return desk.explorer.desks.space


@pytest.fixture
def wide(desk, write_fake, tmp_path):
    """A model of 24 dimensions with a map; the desk with its Latent tab."""
    path = write_fake(tmp_path / "wide.safetensors", 24, points=300)
    desk.open(path)
    return desk, read_map(map_path(path))


@pytest.fixture
def conditional(desk, monkeypatch, write_fake, tmp_path):
    """A model whose last numbers are the weights of its six classes."""

    class Conditional(fakes.FakeGenerator):
        def __init__(self, path, dim, *rest, **named):
            super().__init__(path, dim, *rest, **named)
            names = tuple(f"z{place}" for place in range(dim - 6)) + fakes.CLASSES
            spec = dataclasses.replace(self.info.latent, names=names)
            self.info = dataclasses.replace(self.info, latent=spec)

    monkeypatch.setattr(fakes, "FakeGenerator", Conditional)
    desk.open(write_fake(tmp_path / "classes.safetensors", 10, points=0))
    desk.explorer.side.show_tab("space")
    return desk


def type_into(desk, box, text):
    box.setFocus()
    box.selectAll()
    desk.qtbot.keyClicks(box, text)
    desk.qtbot.keyClick(box, Qt.Key.Key_Return)


def drag_slider(desk, slider, share):
    """From where its handle stands to a share of its length."""
    start = QPoint(round(slider._position(slider._value)), slider.height() // 2)
    end = QPoint(round(6.5 + share * (slider.width() - 13)), slider.height() // 2)
    desk.drag(slider, [start, (start + end) / 2, end])


def test_random_pictures_are_drawn_with_the_truncation_and_the_dice_say_so(desk, space):
    type_into(desk, space.panel.truncation.box, "0.5")
    desk.qtbot.waitUntil(lambda: space.panel.random.text() == "Random 0.5")
    desk.press("random")
    draw = desk.explorer.document.standing.draw
    assert draw.truncation == 0.5
    assert np.allclose(desk.latent, desk.generator.info.latent.sample(1, draw.seed, 0.5)[0])
    texts = [button.text() for button in desk.explorer.stage.findChildren(type(space.panel.random))]
    assert "Random 0.5" in texts


def test_a_drag_of_the_truncation_is_one_step(desk, space):
    before = desk.undo_steps()
    drag_slider(desk, space.panel.truncation.slider, 0.2)
    assert desk.explorer.document.space.truncation == pytest.approx(0.3, abs=0.02)
    assert desk.undo_steps() == before + 1
    desk.explorer.undo()
    assert desk.explorer.document.space.truncation == 1
    desk.qtbot.waitUntil(lambda: space.panel.truncation.box.text() == "1.000")
    assert space.panel.random.text() == "Random"


def test_what_is_typed_beyond_sense_is_brought_back(desk, space):
    type_into(desk, space.panel.truncation.box, "-3")
    assert desk.explorer.document.space.truncation == 0
    type_into(desk, space.panel.truncation.box, "99")
    assert desk.explorer.document.space.truncation == 10


def test_a_surprise_is_near_and_another_each_time_and_leaves_locked_values(wide):
    desk, _ = wide
    desk.explorer.document.set_locked(3, True)
    start, spec = desk.latent, desk.generator.info.latent
    desk.explorer.desks.space.panel.radius.show_value(0.3)
    places = []
    for _ in range(3):
        desk.press("surprise")
        places.append(desk.latent)
        assert desk.latent[3] == start[3]
        desk.explorer.undo()
    for place in places:
        assert 0 < np.sqrt(np.mean(((place - start) / spec.std) ** 2)) <= 0.3
    assert not np.array_equal(places[0], places[1])


def test_a_place_far_from_the_middle_is_called_far_out(desk, space):
    desk.explorer.document.set_latent(np.array([0.9, 0.9], np.float32))
    desk.qtbot.waitUntil(lambda: space.panel.words.text().startswith("typical: 1.27"), timeout=10_000)
    desk.explorer.document.set_latent(np.array([30, 30], np.float32))
    desk.qtbot.waitUntil(lambda: space.panel.words.text() == "far out: 42.43 from the middle")
    bar = space.panel.shell
    assert bar.accessibleDescription().startswith("42.43; usual are 0.")
    assert bar.place(42.43) > 0.9 * bar.width()


def test_the_most_unusual_images_are_listed_and_a_click_goes_there(wide):
    desk, latent_map = wide
    desk.explorer.side.show_tab("space")
    row = desk.explorer.desks.space.panel.ranked
    row.buttons[True].click()
    desk.qtbot.waitUntil(lambda: not row.tiles[0].isHidden(), timeout=10_000)
    furthest = int(np.linalg.norm(latent_map.latents, axis=1).argmax())
    assert np.array_equal(row.tiles[0].code, latent_map.latents[furthest])
    assert row.sentence.text() == "The most unusual of the images of the map:"
    desk.qtbot.mouseClick(row.tiles[0], Qt.MouseButton.LeftButton)
    assert np.array_equal(desk.latent, latent_map.latents[furthest])
    assert desk.explorer.document.entry.what.startswith(f"went to image {furthest + 1:,}, ")


def test_looking_can_be_stopped_and_nothing_comes_then(wide):
    desk, _ = wide
    space = desk.explorer.desks.space
    space.panel.ranked.buttons[False].click()
    space.panel.ranked.stop.click()
    desk.qtbot.waitUntil(lambda: not space._rankings.busy, timeout=10_000)
    assert all(tile.isHidden() for tile in space.panel.ranked.tiles)
    assert space.panel.ranked.sentence.text() == ""


def test_where_all_are_equally_likely_a_sentence_says_so(desk, monkeypatch, write_fake, tmp_path):
    class Uniform(fakes.FakeGenerator):
        def __init__(self, path, dim, *rest, **named):
            super().__init__(path, dim, *rest, **named)
            self.info = dataclasses.replace(self.info, latent=dataclasses.replace(self.info.latent, prior="uniform"))

    monkeypatch.setattr(fakes, "FakeGenerator", Uniform)
    desk.open(write_fake(tmp_path / "even.safetensors", 4, points=0))
    row = desk.explorer.desks.space.panel.ranked
    row.buttons[False].click()
    sentence = "All codes of even.safetensors are equally likely, so none is typical or unusual."
    desk.qtbot.waitUntil(lambda: row.sentence.text() == sentence, timeout=10_000)


def test_classes_are_shown_only_where_there_are_weights(desk, space):
    assert space.panel.classes.isHidden()


def test_one_class_given_more_takes_from_the_others_in_one_step(conditional):
    desk = conditional
    rows = desk.explorer.desks.space.panel.classes.rows
    desk.qtbot.waitUntil(lambda: len(rows) == 6 and rows[0].name == fakes.CLASSES[0])
    rows[1].name_clicked.emit()
    assert desk.latent[4:].tolist() == [0, 1, 0, 0, 0, 0]
    assert desk.explorer.document.entry.what == "only Brachiosaurus"
    free, before = desk.latent[:4].copy(), desk.undo_steps()
    drag_slider(desk, rows[2].slider, 0.4)
    assert desk.latent[4:].sum() == pytest.approx(1)
    assert desk.latent[6] == pytest.approx(0.4, abs=0.03)
    assert desk.latent[5] == pytest.approx(1 - desk.latent[6])
    assert np.array_equal(desk.latent[:4], free)
    assert desk.undo_steps() == before + 1


def test_of_many_classes_those_that_weigh_something_are_shown_and_others_added(qtbot):
    from dinoexplorer.ui.space.class_rows import ClassRows

    rows = ClassRows()
    qtbot.addWidget(rows)
    names = tuple(f"class {number}" for number in range(1000))
    rows.set_classes(names)
    rows.show_weights(dict.fromkeys(names, 0.0) | {"class 7": 0.75, "class 300": 0.25})
    assert [row.name for row in rows.rows] == ["class 7", "class 300"]
    with qtbot.waitSignal(rows.weight_given) as given:
        rows.field.setText("Class 12")  # typed, a list drops down, which is a window too much for a screen that is none
        qtbot.keyClick(rows.field, Qt.Key.Key_Return)
    assert given.args == ["class 12", 0.5]
    qtbot.waitUntil(lambda: rows.field.text() == "")


def choose_components(desk, latent_map):
    panel = desk.explorer.latent_panel
    panel.kind.choices().actions()[1].trigger()
    desk.qtbot.waitUntil(lambda: panel.kind.text() == "24 components", timeout=10_000)
    return panel, principal_axes(latent_map.latents)


def test_sliders_of_principal_components_show_and_move_them(wide):
    desk, latent_map = wide
    panel, axes = choose_components(desk, latent_map)
    row = panel.rows.visible_rows()[0]
    assert row._name.text() == "c1"
    desk.press("random")
    desk.qtbot.waitUntil(lambda: row.box.value() == pytest.approx(axes.components(desk.latent[None])[0, 0], abs=1e-4))
    before = axes.components(desk.latent[None])[0]
    steps = desk.undo_steps()
    drag_slider(desk, row.slider, 0.75)
    after = axes.components(desk.latent[None])[0]
    assert after[0] == pytest.approx(2, abs=0.15)
    assert np.allclose(before[1:], after[1:], atol=1e-3)
    assert desk.undo_steps() == steps + 1
    assert desk.explorer.document.entry.what == "moved component 1"


def test_components_cannot_be_locked_and_dimensions_come_back(wide):
    desk, latent_map = wide
    panel, _ = choose_components(desk, latent_map)
    assert not any(row.lock.isEnabled() for row in panel.rows.visible_rows())
    panel.kind.choices().actions()[0].trigger()
    assert panel.kind.text() == "24 dimensions"
    assert all(row.lock.isEnabled() for row in panel.rows.visible_rows())
    desk.press("random")
    desk.wait_for_picture()
    row = panel.rows.visible_rows()[0]
    assert row.box.value() == pytest.approx(desk.latent[row.dimension])


def test_a_locked_value_stays_while_a_component_moves(wide):
    desk, latent_map = wide
    desk.explorer.document.set_locked(5, True)
    kept = desk.latent[5]
    panel, _ = choose_components(desk, latent_map)
    type_into(desk, panel.rows.visible_rows()[0].box, "3")
    assert desk.latent[5] == kept


def test_another_model_has_components_of_its_own(wide, write_fake, tmp_path):
    desk, latent_map = wide
    panel, _ = choose_components(desk, latent_map)
    desk.open(write_fake(tmp_path / "third.safetensors", 5, points=100))
    desk.qtbot.waitUntil(lambda: panel.kind.text() == "5 components", timeout=10_000)


@pytest.mark.parametrize(("action", "tab"), [("show_mix", "mix"), ("show_space", "space"), ("show_latent", "latent")])
def test_a_key_shows_each_tab(desk, action, tab):
    desk.explorer.side.show_tab("mix" if tab == "latent" else "latent")
    desk.press(action)
    assert desk.explorer.side.current == tab
