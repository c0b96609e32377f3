"""A hole is painted, filled in several ways, and a filling kept, saved or left."""

from __future__ import annotations

import math
import re
import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from dinoexplorer.generators.differentiable import no_gradients
from dinoexplorer.latent.inversion.asking import Course
from dinoexplorer.latent.inversion.inpainting import Proposal, fill_in_one_pass
from dinoexplorer.resources import resource_path
from dinoexplorer.ui.filling.fillings import MOST, Fillings

LEFT = Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
HOLE = (slice(10, 20), slice(8, 18))


@pytest.fixture
def desk(deep_desk, monkeypatch):
    """A window in which a small network of ours is open, with an encoder and gradients; searches are short."""
    course_of(monkeypatch, steps=6)
    return deep_desk


def course_of(monkeypatch, steps):
    course = Course(steps=steps, rate=0.05, lanes=8, keeps=4)
    monkeypatch.setattr("dinoexplorer.latent.inversion.inpainting.several_lanes", lambda _: course)


def panel_of(desk):
    return desk.explorer.desks.filling.panel


def wait_for(desk, phase):
    desk.qtbot.waitUntil(
        lambda: desk.explorer.desks.made("filling") and panel_of(desk).isVisible() and panel_of(desk).phase == phase,
        timeout=60_000,
    )


def opened(desk):
    """The panel, with the picture that is shown."""
    desk.press("fill")
    wait_for(desk, "painting")
    return panel_of(desk)


def paint(panel):
    """A rectangle in the middle, drawn with the mouse."""
    first, last = (panel.canvas.to_screen(place).toPoint() for place in ((8.5, 10.5), (17.5, 19.5)))
    QTest.mousePress(panel.canvas, LEFT, SHIFT, first)
    QTest.mouseMove(panel.canvas, last)
    QTest.mouseRelease(panel.canvas, LEFT, SHIFT, last)
    wanted = np.zeros((32, 32), bool)
    wanted[HOLE] = True
    assert np.array_equal(panel.sheet.mask, wanted)


def filled(desk):
    panel = opened(desk)
    paint(panel)
    panel.fill.click()
    wait_for(desk, "found")
    return panel


def test_a_hole_in_the_picture_is_filled_in_several_ways_and_one_is_kept_as_a_pin(desk):
    before, steps = desk.latent, desk.undo_steps()
    panel = opened(desk)
    shown = desk.generator.decode(before[None])[0]
    assert panel.canvas.hasFocus()
    assert not panel.keep.isVisible()
    paint(panel)
    assert panel.sentence == "10 % of the picture"
    desk.qtbot.keyClick(panel.canvas, Qt.Key.Key_Return)
    wait_for(desk, "found")
    assert panel.sentence.startswith("Done after 6 steps, in ")
    tiles = [tile for tile in panel.tiles.tiles if tile.isVisible()]
    assert len(tiles) == 4
    assert len({tile.picture.tobytes() for tile in tiles}) == 4
    assert tiles[0].isChecked()
    assert all(re.fullmatch(r"The known part at [\d.]+ dB", tile.accessibleDescription()) for tile in tiles)
    outside = ~panel.sheet.mask
    assert all(np.array_equal(tile.picture[outside], shown[outside]) for tile in tiles)
    desk.qtbot.keyClick(panel, Qt.Key.Key_2)
    assert tiles[1].isChecked()
    assert np.array_equal(panel.result.picture, tiles[1].picture)
    desk.qtbot.keyClick(panel, Qt.Key.Key_Return)
    (pin,) = desk.explorer.document.pins
    assert pin.name == "Picture filled"
    assert panel.sentence.startswith("Kept as the pin Picture filled.")
    assert panel.isVisible()  # another may be kept as well
    assert np.array_equal(desk.latent, before)
    assert desk.undo_steps() == steps + 1
    found = desk.explorer.desks.filling._fillings.chosen
    assert np.array_equal(pin.latent, found.code)
    assert panel.figures == f"{found.known_psnr:.1f} dB"


def test_fillings_come_while_it_is_searched_and_stop_keeps_them_and_go_on_goes_on(desk, monkeypatch):
    course_of(monkeypatch, steps=100_000)
    panel = opened(desk)
    paint(panel)
    panel.fill.click()
    desk.qtbot.waitUntil(lambda: "steps/s" in panel.sentence, timeout=60_000)
    assert panel.phase == "filling"
    assert not panel.canvas.isEnabled()
    assert panel.result.picture is not None
    assert "of 100000" in panel.sentence
    assert "left" in panel.sentence
    assert panel.line.isVisible()
    panel.stop.click()
    wait_for(desk, "found")
    step = int(re.match(r"Stopped at step (\d+) of 100000", panel.sentence)[1])
    panel.go_on.click()
    desk.qtbot.waitUntil(lambda: "steps/s" in panel.sentence, timeout=60_000)
    panel.stop.click()
    wait_for(desk, "found")
    assert int(re.match(r"Stopped at step (\d+) of 100000", panel.sentence)[1]) > step


def test_going_on_after_the_end_takes_as_many_steps_again(desk):
    panel = filled(desk)
    panel.go_on.click()
    desk.qtbot.waitUntil(lambda: panel.sentence.startswith("Done after 12 steps"), timeout=60_000)


def test_filling_again_keeps_the_best_of_all(desk):
    panel = filled(desk)
    desk_fillings = desk.explorer.desks.filling._fillings
    first = desk_fillings.all
    panel.again.click()
    wait_for(desk, "found")
    both = desk_fillings.all
    assert len({one.code.tobytes() for one in both}) == 8
    assert {one.code.tobytes() for one in first} < {one.code.tobytes() for one in both}
    assert [one.loss for one in both] == sorted(one.loss for one in both)


def test_one_pass_is_there_at_once_beside_the_others(desk):
    panel = opened(desk)
    paint(panel)
    panel.once.click()
    wait_for(desk, "found")
    assert panel.sentence.startswith("In one pass. This network was not trained with holes")
    shown = desk.generator.decode(desk.latent[None])[0]
    wanted = fill_in_one_pass(desk.generator, shown, panel.sheet.mask)
    assert np.array_equal(panel.result.picture, wanted.picture)
    assert not panel.go_on.isVisible()
    assert panel.again.text() == "Fill"
    panel.again.click()
    wait_for(desk, "found")
    assert [tile.accessibleName() for tile in panel.tiles.tiles] == [
        "Filling Pass", "Filling 1", "Filling 2", "Filling 3", "Filling 4",
    ]  # fmt: skip
    assert panel.tiles.tiles[1].isChecked()


def test_another_edge_changes_what_is_seen_and_not_the_codes(desk):
    panel = filled(desk)
    fillings = desk.explorer.desks.filling._fillings
    codes, blended = [one.code for one in fillings.all], panel.result.picture
    panel.edges.buttons["none"].click()
    desk.qtbot.waitUntil(lambda: not np.array_equal(panel.result.picture, blended), timeout=10_000)
    assert np.array_equal(panel.result.picture[HOLE], fillings.all[0].decoded[HOLE])
    assert all(np.array_equal(*pair) for pair in zip(codes, [one.code for one in fillings.all], strict=True))
    panel.again.click()
    wait_for(desk, "found")
    assert np.array_equal(fillings.all[0].picture[HOLE], fillings.all[0].decoded[HOLE])


def test_before_is_seen_while_the_button_or_the_key_is_held(desk):
    panel = filled(desk)
    after, before = panel.result.picture, desk.generator.decode(desk.latent[None])[0]
    QTest.mousePress(panel.before, LEFT)
    assert np.array_equal(panel.result.picture, before)
    QTest.mouseRelease(panel.before, LEFT)
    assert np.array_equal(panel.result.picture, after)
    QTest.keyPress(panel, Qt.Key.Key_B)
    assert np.array_equal(panel.result.picture, before)
    QTest.keyRelease(panel, Qt.Key.Key_B)
    assert np.array_equal(panel.result.picture, after)


def test_the_filled_picture_is_saved_at_its_own_size_without_a_place(desk, tmp_path):
    panel = filled(desk)
    panel.save.click()
    dialog = desk.explorer.desks.filling.saver.chooser.dialog
    dialog.fileSelected.emit(str(tmp_path / "whole.png"))
    dialog.close()
    desk.qtbot.waitUntil(lambda: panel.sentence.startswith("Saved "), timeout=10_000)
    with Image.open(tmp_path / "whole.png") as picture:
        assert np.array_equal(np.asarray(picture), panel.result.picture)
        assert not picture.text


def test_a_picture_is_saved_to_the_end_though_a_search_begins_and_the_panel_is_closed(desk, tmp_path, monkeypatch):
    from dinoexplorer.ui.filling import saver

    go, save = threading.Event(), saver.save_png
    monkeypatch.setattr(saver, "save_png", lambda *what: (go.wait(20), save(*what)))
    panel = filled(desk)
    shown = panel.result.picture
    panel.save.click()
    dialog = desk.explorer.desks.filling.saver.chooser.dialog
    dialog.fileSelected.emit(str(tmp_path / "whole.png"))
    dialog.close()
    assert panel.sentence == "Saving whole.png…"
    panel.again.click()
    panel.cancel.click()
    go.set()
    desk.qtbot.waitUntil(lambda: desk.window.status_line.message == f"saved {tmp_path / 'whole.png'}", timeout=10_000)
    with Image.open(tmp_path / "whole.png") as picture:
        assert np.array_equal(np.asarray(picture), shown)


def test_a_stroke_while_one_pass_is_made_is_another_hole(desk, monkeypatch):
    from dinoexplorer.ui.filling import filling_work

    go, fill = threading.Event(), filling_work._filled_at_once
    monkeypatch.setattr(filling_work, "_filled_at_once", lambda *what: (go.wait(20), fill(*what))[1])
    panel = filled(desk)
    panel.once.click()
    assert panel.sentence == "Filling it in one pass…"
    QTest.mouseClick(panel.canvas, LEFT, Qt.KeyboardModifier.NoModifier, panel.canvas.to_screen((28, 28)).toPoint())
    go.set()
    assert panel.phase == "painting"
    assert panel.result.picture is None
    assert not panel.keep.isVisible()


def test_another_hole_forgets_the_fillings_and_taking_the_stroke_back_brings_them_back(desk):
    desk.press("random")  # a step of the document, which the same keys would take back
    desk.wait_for_picture()
    panel = filled(desk)
    was, here = panel.result.picture, desk.latent
    QTest.mouseClick(panel.canvas, LEFT, Qt.KeyboardModifier.NoModifier, panel.canvas.to_screen((28, 28)).toPoint())
    assert panel.phase == "painting"
    assert panel.result.picture is None
    assert not panel.keep.isVisible()
    desk.window.activateWindow()
    panel.fill.setFocus()
    desk.qtbot.keyClick(panel.fill, Qt.Key.Key_Z, CTRL)
    assert np.array_equal(desk.latent, here)
    assert panel.phase == "found"
    assert np.array_equal(panel.result.picture, was)


@pytest.mark.parametrize("way", ["fill", "once"])
@pytest.mark.parametrize(
    ("inverts", "sentence"),
    [
        (False, "The mask is empty, so there is nothing to fill; paint over what is to be replaced."),
        (True, "The mask covers the whole picture, so nothing says what belongs there; leave some of it."),
    ],
)
def test_a_mask_over_nothing_or_everything_is_one_sentence(desk, way, inverts, sentence):
    panel = opened(desk)
    if inverts:
        panel.bar.invert.click()
    getattr(panel, way).click()
    desk.qtbot.waitUntil(lambda: panel.sentence == sentence, timeout=20_000)
    assert panel.phase == "painting"
    paint_over = panel.canvas.isEnabled()
    assert paint_over


def test_without_an_encoder_one_pass_says_so_and_the_search_goes(desk):
    desk.open(resource_path("checkpoints", "drawings.safetensors"))
    panel = opened(desk)
    QTest.mouseClick(panel.canvas, LEFT)
    panel.once.click()
    desk.qtbot.waitUntil(lambda: "has no encoder" in panel.sentence, timeout=20_000)
    assert panel.sentence == (
        "drawings.safetensors has no encoder, so it fills no hole in one pass; let it be searched."
    )
    panel.fill.click()
    wait_for(desk, "found")


def test_without_gradients_the_search_says_so_and_one_pass_goes(new_desk, write_fake, tmp_path, monkeypatch):
    fake = pytest.importorskip("dino_fakes")
    desk = new_desk()
    desk.renderer._open = lambda path, device: fake.FakeGenerator(path, 2, device=device, encoder=True)
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=20))
    panel = opened(desk)
    QTest.mouseClick(panel.canvas, LEFT)
    panel.fill.click()
    desk.qtbot.waitUntil(lambda: panel.sentence == no_gradients(desk.generator.info), timeout=20_000)
    panel.once.click()
    wait_for(desk, "found")


def test_with_neither_it_is_said_where_the_picture_is(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=20))
    desk.press("fill")
    assert not panel_of(desk).isVisible()
    assert desk.explorer.stage.notice.sentence == no_gradients(desk.generator.info)


@pytest.mark.parametrize("way", ["cancel", "close_button", "escape"])
def test_cancel_ends_the_search_and_leaves_everything_as_it_was(desk, monkeypatch, way):
    course_of(monkeypatch, steps=100_000)
    before, steps = desk.latent, desk.undo_steps()
    panel = opened(desk)
    paint(panel)
    panel.fill.click()
    desk.qtbot.waitUntil(lambda: "steps/s" in panel.sentence, timeout=60_000)
    if way == "escape":
        desk.qtbot.keyClick(panel, Qt.Key.Key_Escape)
    else:
        getattr(panel, way).click()
    assert not panel.isVisible()
    assert not desk.explorer.desks.filling.work.working
    assert np.array_equal(desk.latent, before)
    assert desk.undo_steps() == steps
    assert desk.explorer.document.pins == ()


def test_a_window_that_is_closed_ends_the_search(desk, monkeypatch):
    course_of(monkeypatch, steps=100_000)
    panel = opened(desk)
    paint(panel)
    panel.fill.click()
    desk.qtbot.waitUntil(lambda: "steps/s" in panel.sentence, timeout=60_000)
    desk.window.close()  # the fixture looks for threads that were left


def test_another_document_ends_it(desk):
    panel = opened(desk)
    desk.press("new")
    desk.qtbot.waitUntil(lambda: not panel.isVisible(), timeout=10_000)
    assert desk.window.status_line.message == "another model or document is open, so no hole is filled any more"


def test_a_picture_that_is_brought_in_is_filled_under_its_name(desk, tmp_path):
    picture = desk.generator.decode(desk.generator.info.latent.sample(1, 3))[0]
    photo = np.full((100, 200, 3), 90, np.uint8)
    photo[:, 50:150] = np.asarray(Image.fromarray(picture).resize((100, 100)))
    Image.fromarray(photo).save(tmp_path / "my photo.png")
    bringing = desk.explorer.desks.embedding
    bringing.bring(tmp_path / "my photo.png")
    desk.qtbot.waitUntil(lambda: bringing.panel.phase == "ready", timeout=20_000)
    bringing_target = bringing.panel.seen.picture
    bringing.panel.fill.click()
    wait_for(desk, "painting")
    panel = panel_of(desk)
    assert not bringing.panel.isVisible()
    assert panel._title.text() == "Fill a hole in my photo"
    paint(panel)
    panel.fill.click()
    wait_for(desk, "found")
    outside = ~panel.sheet.mask
    assert np.array_equal(panel.result.picture[outside], bringing_target[outside])
    panel.save.click()
    dialog = desk.explorer.desks.filling.saver.chooser.dialog
    dialog.fileSelected.emit(str(tmp_path / "whole.png"))
    dialog.close()
    desk.qtbot.waitUntil(lambda: panel.sentence.startswith("Saved "), timeout=20_000)
    with Image.open(tmp_path / "whole.png") as saved:
        changed = np.argwhere((np.asarray(saved) != photo).any(axis=2))
    assert changed.min(axis=0) == pytest.approx([31, 75], abs=5)  # at the size of the photo, and only there
    assert changed.max(axis=0) == pytest.approx([62, 106], abs=5)
    panel.keep.click()
    assert [pin.name for pin in desk.explorer.document.pins] == ["my photo filled"]
    panel.other.click()
    assert not panel.isVisible()
    assert desk.window.chooser.dialog.windowTitle() == "Bring in a picture"
    desk.window.chooser.dialog.close()


def test_a_picture_that_the_model_hardly_knows_is_told(desk):
    noise = np.random.default_rng(0).integers(0, 2, (32, 32, 3)).astype(np.uint8) * 255
    desk.explorer.desks.filling.begin_with("noise", noise, (noise, (0.0, 0.0, 32.0, 32.0)))
    panel = panel_of(desk)
    paint(panel)
    panel.fill.click()
    wait_for(desk, "found")
    assert panel.sentence.endswith("This model hardly knows such pictures, so what it puts into the hole is a guess.")


def proposal(number, loss):
    picture = np.full((2, 2, 3), number, np.uint8)
    return Proposal(np.full(3, number, np.float32), picture, picture, loss, 20.0)


def test_the_best_of_all_searches_stay_and_one_pass_comes_first():
    fillings = Fillings(np.eye(2, dtype=bool))
    for search in range(3):
        fillings.begin_search()
        fillings.put_searched(tuple(proposal(4 * search + number, number + search / 10) for number in range(4)))
    assert len(fillings.all) == MOST
    assert [one.loss for one in fillings.all[:4]] == [0, 0.1, 0.2, 1]
    fillings.put_once(proposal(99, math.nan))
    assert fillings.named[0][0] == "Pass"
    assert fillings.named[1][0] == "1"
    assert fillings.chosen.code[0] == 99
    fillings.exchange([proposal(4, 0.1), proposal(98, 0.0)])
    assert len(fillings.all) == MOST + 1
