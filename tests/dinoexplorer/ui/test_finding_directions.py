"""Finding, teaching and filing directions in the window, and arithmetic of codes."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from dinoexplorer.document.standing import Direction
from dinoexplorer.latent import direction_lessons
from dinoexplorer.latent.direction_files import read_directions
from dinoexplorer.rendering.renderer import Renderer
from dinoexplorer.resources import shipped_checkpoints
from dinoexplorer.ui.code_mime import mime_of
from dinoexplorer.ui.directions.pin_chooser import PinChooser
from dinoexplorer.ui.main_window import MainWindow
from dinoexplorer.ui.theme import Theme


@pytest.fixture
def tab(new_desk, tmp_path, write_fake):
    """A window on four dimensions whose tab of directions is shown."""
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 4, points=60))
    desk.press("directions")
    return desk


def panel(desk):
    return desk.explorer.desks.directions.panel


def names(desk):
    return [direction.name for direction in desk.explorer.document.directions]


def wait_for_work(desk):
    desk.qtbot.waitUntil(lambda: not desk.explorer.desks.directions.search.worker.working, timeout=30_000)


def find(desk, count=4):
    panel(desk).finder.action_of("pca").trigger()
    wait_for_work(desk)
    desk.qtbot.waitUntil(lambda: len(panel(desk).candidates.cards()) == count, timeout=10_000)


def choose(desk, indices):
    """Choose points of the map, with a small outline around each."""
    map_panel = desk.explorer.map_panel
    around = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * 1e-4
    for number, index in enumerate(indices):
        map_panel.canvas.outlined.emit(map_panel.steering.map.xy[index] + around, "add" if number else "new")
        desk.qtbot.waitUntil(lambda: not map_panel.tools.working, timeout=10_000)
    np.testing.assert_array_equal(map_panel.selection, indices)


def drop(widget, data):
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(widget, enter)
    if enter.isAccepted():
        QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))
    return enter.isAccepted()


def test_what_was_found_is_offered_and_kept_or_discarded_in_single_steps(tab):
    find(tab)
    found = panel(tab).candidates
    assert [card.direction.name for card in found.cards()] == ["pca 1", "pca 2", "pca 3", "pca 4"]
    assert found.cards()[0].words.whole.startswith("pca 1  ·  share ")
    assert found.cards()[0].words.whole.endswith("Principal components")
    assert names(tab) == []
    found.cards()[1].keep.click()
    found.cards()[0].discard.click()
    assert names(tab) == ["pca 2"]
    assert [card.direction.name for card in found.cards()] == ["pca 3", "pca 4"]
    steps = tab.undo_steps()
    found.keep_all.click()
    assert names(tab) == ["pca 2", "pca 3", "pca 4"]
    assert tab.undo_steps() == steps + 1
    assert not found.isVisible()


def test_a_later_search_replaces_what_was_offered(tab):
    find(tab)
    find(tab)
    assert len(panel(tab).candidates.cards()) == 4
    panel(tab).candidates.discard_all.click()
    assert panel(tab).candidates.cards() == []


def test_a_click_on_a_candidates_picture_goes_there(tab):
    find(tab)
    card, before = panel(tab).candidates.cards()[0], tab.latent
    tab.qtbot.mouseClick(card.strip, Qt.MouseButton.LeftButton, pos=QPoint(3, 10))
    step = card.direction.place(tab.latent, before)
    assert step == pytest.approx(-2)


def test_ways_that_need_the_layers_are_switched_off_and_say_why(tab):
    for way in ("ganspace", "sefa", "jacobian"):
        action = panel(tab).finder.action_of(way)
        assert not action.isEnabled()
        assert action.toolTip().startswith("disc.safetensors only decodes and does not show its layers, which ")
        assert action.text().endswith("(this model shows no layers)")
    assert panel(tab).finder.action_of("pca").isEnabled()


def test_a_search_is_cancelled_at_once_and_nothing_comes_of_it(tab, monkeypatch):
    gate, asked, ended = threading.Event(), threading.Event(), threading.Event()

    def hold(_ground, _way, told):
        asked.set()
        gate.wait(20)
        try:
            told(1, 2)
        except Exception:
            ended.set()
            raise
        return ()

    monkeypatch.setattr("dinoexplorer.ui.directions.direction_search.find_directions", hold)
    panel(tab).finder.action_of("pca").trigger()
    assert asked.wait(10)
    assert panel(tab).work.text == "Principal components…"
    panel(tab).work.cancel_button.click()
    assert panel(tab).work.text == ""
    assert not tab.explorer.desks.directions.search.worker.working
    gate.set()
    assert ended.wait(10)
    assert panel(tab).candidates.cards() == []
    assert panel(tab).work.text == ""


def test_progress_is_told_and_a_failure_is_a_sentence(tab, monkeypatch):
    told_twice, gate = threading.Event(), threading.Event()

    def fail(_ground, _way, told):
        told(1, 4)
        told_twice.set()
        gate.wait(20)
        raise RuntimeError("the device is gone")

    monkeypatch.setattr("dinoexplorer.ui.directions.direction_search.find_directions", fail)
    panel(tab).finder.action_of("pca").trigger()
    tab.qtbot.waitUntil(lambda: panel(tab).work.text == "Principal components  ·  25%", timeout=10_000)
    gate.set()
    wait_for_work(tab)
    assert panel(tab).work.text == "This direction could not be found: the device is gone; try another way."
    panel(tab).work.dismiss_button.click()
    assert panel(tab).work.text == ""


def test_what_is_chosen_on_the_map_is_taken_as_a_and_then_as_b(tab):
    latents = tab.explorer.map_panel.steering.map.latents
    tab.press("teach")
    assert panel(tab).work.text == (
        "No points are chosen on the map: Shift + drag around some, or take a class or pins."
    )
    choose(tab, [0, 6, 12])  # of one class
    tab.press("teach")
    choose(tab, [1, 2, 3, 4])
    tab.press("teach")
    form = panel(tab).form
    assert (form.away.whole, form.towards.whole) == ("Tyrannosaurus (3)", "4 chosen (4)")
    np.testing.assert_array_equal(form.away.examples.codes, latents[[0, 6, 12]])
    assert form.teach.hasFocus()
    form.teach.click()
    wait_for_work(tab)
    assert names(tab) == ["Tyrannosaurus to 4 chosen"]


def test_two_classes_teach_a_direction_that_says_how_good_it_is_and_waits_for_the_keyboard(tab):
    form = panel(tab).form
    panel(tab).teach.setChecked(True)
    form.away.take_class(0)
    form.towards.take_class(3)
    form.name.setText("round")
    form.name.returnPressed.emit()
    wait_for_work(tab)
    (taught,) = tab.explorer.document.directions
    codes, labels = (getattr(tab.explorer.map_panel.steering.map, name) for name in ("latents", "labels"))
    assert taught.name == "round"
    assert taught.accuracy > 0.8
    assert taught.how == "Logistic regression, 10 against 10 examples"
    mean = tab.explorer.document.spec.mean
    places = [[taught.place(code, mean) for code in codes[labels == label]] for label in (0, 3)]
    assert np.mean(places[1]) > np.mean(places[0]) + 1
    tab.qtbot.waitUntil(lambda: len(panel(tab).list.cards()) == 1, timeout=10_000)
    (card,) = panel(tab).list.cards()
    assert card.slider.hasFocus()
    assert card.words.text().startswith(f"{taught.accuracy:.0%} right where held out")


def test_pins_are_chosen_from_a_list(tab):
    for code in ([2, 0, 0, 0], [2, 1, 0, 0], [-2, 0, 0, 0]):
        tab.explorer.document.add_pin(code=np.array(code, np.float32))
    tab.wait_for_marker()
    form = panel(tab).form
    for group, rows in ((form.away, [2]), (form.towards, [0, 1])):
        group.fill()
        next(action for action in group.choices().actions() if action.text() == "Pins…").trigger()
        chooser = panel(tab).findChildren(PinChooser)[-1]
        assert not chooser.take.isEnabled()
        for row in rows:
            chooser.list.item(row).setSelected(True)
        chooser.take.click()
    assert (form.away.whole, form.towards.whole) == ("Pin 3 (1)", "2 pins (2)")
    form.fill_ways()
    next(action for action in form.way.choices().actions() if action.text() == "Difference of means").trigger()
    form.teach.click()
    wait_for_work(tab)
    (taught,) = tab.explorer.document.directions
    np.testing.assert_allclose(taught.vector, np.array([4, 0.5, 0, 0]) / np.hypot(4, 0.5), atol=1e-6)
    assert (taught.name, taught.accuracy) == ("Pin 3 to 2 pins", None)


def test_without_changing_another_direction_it_does_not_move_along_it(tab):
    tab.explorer.document.add_direction(Direction(0, "size", np.array([1, 0, 0, 0], np.float32)))
    tab.wait_for_marker()
    form = panel(tab).form
    form.away.take_class(0)
    form.towards.take_class(3)
    form.fill_without()
    form.without.choices().actions()[0].trigger()
    assert form.without.whole == "size"
    form.teach.click()
    wait_for_work(tab)
    taught = tab.explorer.document.directions[-1]
    assert abs(taught.vector[0]) < 1e-6
    assert taught.accuracy is None
    assert "examples, without size (" in taught.how
    assert taught.how.endswith("% right before that was taken out)")


def test_the_wells_take_drops_and_menus_and_the_result_is_a_place(tab):
    document, row = tab.explorer.document, panel(tab).arithmetic
    panel(tab).arithmetic_fold.setChecked(True)
    codes = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], np.float32)
    pin = document.add_pin("horned", codes[2])
    assert drop(row.wells["a"], mime_of([("big", codes[0])]))
    assert drop(row.wells["b"], mime_of([("plain", codes[1])]))
    assert not drop(row.wells["c"], mime_of([("of another model", codes[0][:2])]))
    row.wells["c"].fill()
    tab.wait_for_marker()
    row.wells["c"].fill()
    next(action for action in row.wells["c"].menu_of_codes.actions() if action.text() == pin.name).trigger()
    row.result.click()
    np.testing.assert_allclose(tab.latent, codes[0] - codes[1] + codes[2], atol=1e-6)
    assert document.entry.what == "went to big − plain + horned"
    row.keep.click()
    wait_for_work(tab)
    np.testing.assert_allclose(document.directions[-1].vector, [np.sqrt(0.5), -np.sqrt(0.5), 0, 0], atol=1e-6)
    assert names(tab) == ["plain to big"]
    tab.qtbot.keyClick(row.wells["a"], Qt.Key.Key_Delete)
    assert not row.keep.isEnabled()


def test_directions_go_to_a_file_and_come_back_and_another_models_are_refused(tab, tmp_path, write_fake):
    find(tab)
    panel(tab).candidates.keep_all.click()
    before, filing, path = tab.explorer.document.directions, tab.explorer.desks.directions.filing, tmp_path / "kept.npz"
    filing.dialog.save_chosen.emit(path)
    wait_for_work(tab)
    assert panel(tab).work.text == "Saved 4 directions to kept.npz."
    assert len(read_directions(path, tab.generator.info)) == 4
    tab.explorer.document.set_directions(())
    filing.dialog.load_chosen.emit(path)
    wait_for_work(tab)
    for one, other in zip(before, tab.explorer.document.directions, strict=True):
        np.testing.assert_array_equal(one.vector, other.vector)
        assert (one.name, one.unit, one.share, one.how) == (other.name, other.unit, other.share, other.how)
    tab.open(write_fake(tmp_path / "other.safetensors", 4, points=30, hue=1.0))
    filing.dialog.load_chosen.emit(path)
    wait_for_work(tab)
    assert panel(tab).work.text == (
        "The direction 'pca 1' was found for another model than other.safetensors; "
        "open that model, or find the direction anew."
    )


def test_the_dialogs_answer_with_paths(tab, tmp_path):
    filing = tab.explorer.desks.directions.filing
    panel(tab).load.trigger()
    assert filing.dialog.dialog.windowTitle() == "Load directions"
    panel(tab).save.setEnabled(True)
    panel(tab).save.trigger()
    assert filing.dialog.dialog.selectedFiles()[0].endswith("disc.directions.npz")
    filing.dialog.dialog.close()


def test_at_most_eight_are_found(tmp_path, new_desk, write_fake):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "wide.safetensors", 12, points=60))
    desk.press("directions")
    find(desk, direction_lessons.MOST)
    assert direction_lessons.MOST == 8


def test_a_class_is_taught_from_the_shipped_dinosaurs_and_moving_along_it_changes_the_picture(qtbot, qapp, settings):
    renderer = Renderer()
    theme = Theme(qapp, "dark")
    window = MainWindow(renderer, theme, settings)
    theme.setParent(window)
    window.resize(1280, 720)
    window.show()
    try:
        path = next(path for path in shipped_checkpoints() if path.stem == "dinosaurs")
        with qtbot.waitSignal(window.ready, timeout=60_000):
            window.open(path)
        explorer, desk = window.explorer, window.explorer.desks.directions
        qtbot.waitUntil(desk.panel.isEnabled, timeout=10_000)
        window.actions_by_name["teach"].trigger()
        classes = explorer.map_panel.steering.map.classes
        form = desk.panel.form
        form.away.take_class(classes.index("Tyrannosaurus"))
        form.towards.take_class(classes.index("Triceratops"))
        form.teach.click()
        qtbot.waitUntil(lambda: bool(explorer.document.directions), timeout=60_000)
        (taught,) = explorer.document.directions
        assert taught.name == "Tyrannosaurus to Triceratops"
        assert taught.accuracy > 0.95
        qtbot.waitUntil(lambda: bool(desk.panel.list.cards()), timeout=10_000)
        (card,) = desk.panel.list.cards()
        codes, labels = explorer.map_panel.steering.map.latents, explorer.map_panel.steering.map.labels
        start = codes[labels == classes.index("Tyrannosaurus")][0]
        explorer.document.set_latent(start)
        card.slider.setFocus()
        qtbot.waitUntil(lambda: card.box.value() == pytest.approx(taught.place(start, explorer.document.spec.mean)))
        qtbot.keyClick(card.slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        assert taught.place(explorer.document.latent, start) == pytest.approx(1, abs=1e-4)
        before, after = explorer.opened.generator.decode(np.stack([start, explorer.document.latent])).astype(int)
        assert np.abs(after - before).mean() > 2
        view = explorer.stage.image_view
        qtbot.waitUntil(
            lambda: view.frame is not None and view.frame.request.code is explorer.document.latent, timeout=20_000
        )
        qtbot.waitUntil(lambda: card.strip.complete and desk.settled, timeout=20_000)
        assert all(card.strip.picture(0) != card.strip.picture(place) for place in (1, 2, 3, 4))
    finally:
        window.close()
        window.close_down()
        window.deleteLater()
