"""Opening: by hand, by drop, by the recent list; and what stays when it fails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

SENTENCE = "notes.txt is a text file, not a checkpoint; choose a .safetensors file."


def test_after_a_switch_no_frame_of_the_old_model_appears(desk, write_fake, tmp_path):
    other = write_fake(tmp_path / "other.safetensors", 2, points=60, hue=1.0)
    desk.generator.gate.clear()
    old = desk.generator
    desk.click_map(1.0, 1.0)
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        desk.window.open(other)
    generation = desk.explorer.opened.generation
    desk.frames.clear()
    old.gate.set()
    desk.wait_for_picture()
    assert {frame.request.generation for frame in desk.frames} == {generation}
    desk.qtbot.waitUntil(lambda: desk.window.windowTitle() == "other[*] – DinoExplorer", timeout=10_000)
    assert not desk.window.isWindowModified()


def test_a_failed_opening_keeps_the_old_generator_and_says_why(desk, tmp_path):
    (tmp_path / "notes.txt").write_text("not a checkpoint")
    before = desk.pixels()
    with desk.qtbot.waitSignal(desk.window.failed, timeout=20_000):
        desk.window.open(tmp_path / "notes.txt")
    notice = desk.explorer.stage.notice
    assert notice.isVisible()
    assert notice.sentence == SENTENCE
    desk.qtbot.mouseClick(notice._close, Qt.MouseButton.LeftButton)
    assert notice.isHidden()
    np.testing.assert_array_equal(desk.wait_for_picture(), before)
    desk.click_map(-1.0, 0.3)
    assert not np.array_equal(desk.wait_for_picture(), before)


def test_a_failed_first_opening_shows_the_sentence_in_place_of_the_picture(new_desk, tmp_path):
    (tmp_path / "notes.txt").write_text("not a checkpoint")
    desk = new_desk()
    with desk.qtbot.waitSignal(desk.window.failed, timeout=20_000):
        desk.window.open(tmp_path / "notes.txt")
    assert desk.explorer.stage.notice.sentence == SENTENCE
    assert not any(desk.window.actions_by_name[name].isEnabled() for name in ("save", "save_as", "new", "export"))


def test_while_the_first_model_loads_the_stage_says_so(new_desk, write_fake, tmp_path):
    desk = new_desk()
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        desk.window.open(write_fake(tmp_path / "dinosaurs.safetensors"))
        assert desk.explorer.stage._waiting.isVisible()
        assert desk.window.status_line.message == "opening dinosaurs.safetensors…"
    desk.wait_for_picture()
    assert desk.explorer.stage._waiting.isHidden()


def test_a_decode_that_fails_shows_its_sentence_and_the_program_goes_on(desk):
    assert desk.explorer.document is not None
    desk.explorer.document.set_value(0, 95.0)
    notice = desk.explorer.stage.notice
    desk.qtbot.waitUntil(notice.isVisible, timeout=20_000)
    assert notice.sentence == "The device has no memory left for this picture; choose the CPU."
    desk.qtbot.waitUntil(lambda: bool(desk.frames[-1].error), timeout=20_000)
    buttons = {button.objectName(): button for button in notice._buttons}
    desk.qtbot.mouseClick(buttons["reset"], Qt.MouseButton.LeftButton)
    desk.wait_for_picture()
    assert notice.isHidden()
    assert not desk.frames[-1].error


def test_a_dropped_file_opens(desk, write_fake, tmp_path):
    other = write_fake(tmp_path / "dropped.safetensors", 5, points=40)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(other))])
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(50, 50), *arguments)
    QApplication.sendEvent(desk.window, enter)
    assert enter.isAccepted()
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        QApplication.sendEvent(desk.window, QDropEvent(QPointF(50, 50), *arguments))
    assert desk.explorer.opened.generator.info.path == other


def test_the_open_dialog_opens_what_is_chosen(desk, write_fake, tmp_path):
    other = write_fake(tmp_path / "chosen.safetensors", 3, points=0)
    desk.press("open")
    dialog = desk.window.chooser.dialog
    dialog.selectFile(str(other))
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        dialog.accept()
    assert desk.window.top_bar.checkpoint.text() == "chosen"


def test_recent_files_are_listed_and_missing_ones_greyed_and_explained(desk, tmp_path):
    desk.window.settings.recent = [str(desk.generator.info.path), str(tmp_path / "gone.safetensors")]
    desk.window._on_checkpoints_wanted()
    entries = {Path(a.data()).name: a for a in desk.window.top_bar.checkpoint.choices().actions() if a.data()}
    assert entries["disc.safetensors"].isEnabled()
    assert entries["disc.safetensors"].isChecked()
    desk.qtbot.waitUntil(lambda: not entries["gone.safetensors"].isEnabled(), timeout=20_000)
    assert "not there any more" in entries["gone.safetensors"].text()


def test_a_recent_file_that_is_chosen_opens(desk, write_fake, tmp_path):
    other = write_fake(tmp_path / "earlier.safetensors", 3)
    desk.window.settings.remember(other)
    desk.window._on_checkpoints_wanted()
    menu = desk.window.top_bar.checkpoint.choices()
    entry = next(action for action in menu.actions() if action.data() == str(other))
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        entry.trigger()
    assert desk.window.settings.recent[0] == str(other)


def test_the_hint_goes_at_the_first_click_and_never_returns(new_desk, write_fake, tmp_path, settings):
    settings.hint_seen = False
    path = write_fake(tmp_path / "first.safetensors")
    desk = new_desk()
    desk.open(path)
    hint = desk.explorer.map_panel._hint
    assert hint.isVisible()
    desk.click_map(0.5, 0.5)
    assert hint.isHidden()
    assert settings.hint_seen
    desk.open(path)
    assert hint.isHidden()


def test_without_a_map_a_sentence_says_so_and_a_button_makes_one(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "bare.safetensors", 5, points=0))
    assert desk.explorer.map_panel._sentence.text() == "No latent map lies beside bare.safetensors yet."
    assert desk.explorer.map_panel._sentence.isVisible()
    assert desk.explorer.map_panel.choice.offer.button.text() == "Make a map"


def test_without_a_map_a_plane_is_steered_all_the_same(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "plane.safetensors", 2, points=0))
    desk.click_map(2.0, -1.0)
    desk.wait_for_picture()
    np.testing.assert_allclose(desk.latent, [2.0, -1.0], atol=0.02)


def test_on_a_curved_map_the_marker_is_hollow_once_the_code_was_not_asked_by_place(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "curved.safetensors", 6, points=80, method="tsne"))
    desk.click_map(0.6, 0.6)
    desk.wait_for_picture()
    assert not desk.canvas.marker.approximate
    desk.press("random")
    desk.wait_for_picture()
    assert desk.canvas.marker.approximate
    assert "nearest image, off by" in desk.explorer.map_panel._figures.text()


def test_the_status_line_tells_time_and_device(desk):
    desk.click_map(0.2, 0.9)
    desk.wait_for_picture()
    desk.qtbot.waitUntil(lambda: " ms" in desk.window.status_line.figures, timeout=20_000)
    assert "CPU (fake)" in desk.window.status_line.figures
    assert "ms from change to screen" in desk.window.status_line._figures.toolTip()


def test_a_plane_without_a_map_of_its_own_says_why(new_desk, write_fake, tmp_path):
    desk = new_desk()
    path = write_fake(tmp_path / "plane.safetensors", 2, points=0)
    desk.open(path)
    note = desk.explorer.map_panel._note
    assert note.isVisible()
    assert "No latent map lies beside plane.safetensors yet" in note.text()
    write_fake(path, 2, points=30)
    desk.open(path)
    assert not note.isVisible()


def test_the_same_checkpoint_opened_again_shows_its_new_map_and_stays_where_we_stand(desk, write_fake):
    desk.click_map(1.0, 1.0)
    desk.wait_for_picture()
    before = desk.latent.copy()
    desk.open(write_fake(desk.generator.info.path, 2, points=30))
    np.testing.assert_array_equal(desk.latent, before)
    assert desk.undo_steps() == 1
    assert len(desk.explorer.map_panel._steering.map) == 30


def test_a_relative_path_is_remembered_as_a_whole_one(new_desk, write_fake, tmp_path, monkeypatch):
    write_fake(tmp_path / "near.safetensors")
    monkeypatch.chdir(tmp_path)
    desk = new_desk()
    desk.open(Path("near.safetensors"))
    assert desk.window.settings.recent == [str(tmp_path / "near.safetensors")]


def test_the_old_picture_is_gone_after_a_switch_whose_first_picture_fails(desk, write_fake, tmp_path, monkeypatch):
    from dino_fakes import FakeGenerator

    def only_while_opening(generator, code, side, **_options):
        if code is not generator.info.latent.mean:
            raise ValueError("broken")
        return np.zeros((side, side, 4), np.uint8)

    monkeypatch.setattr(FakeGenerator, "decode_frame", only_while_opening)
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        desk.window.open(write_fake(tmp_path / "other.safetensors", 2, points=60, hue=1.0))
    desk.qtbot.waitUntil(lambda: bool(desk.frames[-1].error), timeout=20_000)
    assert desk.view._image is None


def test_every_opening_but_that_of_a_shipped_checkpoint_says_where_to_look_next(
    desk, write_fake, tmp_path, monkeypatch
):
    from dinoexplorer.ui import opening

    assert desk.window.settings.open_folder == str(tmp_path)
    (tmp_path / "program").mkdir()
    shipped = write_fake(tmp_path / "program" / "shipped.safetensors")
    monkeypatch.setattr(opening, "shipped_checkpoints", lambda: [shipped])
    desk.open(shipped)
    assert desk.window.settings.open_folder == str(tmp_path)
    (tmp_path / "own").mkdir()
    desk.open(write_fake(tmp_path / "own" / "mine.safetensors"))
    assert desk.window.settings.open_folder == str(tmp_path / "own")
