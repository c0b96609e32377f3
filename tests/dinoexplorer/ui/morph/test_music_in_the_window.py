"""Music in Morph: it is chosen, seen, kept to and followed."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication

from dinoexplorer.cli import main
from dinoexplorer.document.standing import Direction
from dinoexplorer.generators import open_generator
from dinoexplorer.morph import hearing
from dinoexplorer.morph.beats import Beats
from dinoexplorer.morph.look import Look
from dinoexplorer.morph.music import Following
from dinoexplorer.morph.timeline_json import as_json
from dinoexplorer.ui.morph import lanes
from dinoexplorer.ui.morph.inspector import KEYFRAME, MUSIC

MIDDLE = lanes.KEYS_TOP + lanes.PICTURE // 2


@pytest.fixture
def drums(write_drums):
    return write_drums(np.arange(0.5, 7.9, 0.5), 8.0)


@pytest.fixture
def musical(filled, drums):
    """The three keyframes with the drums under them."""
    choose(filled, drums)
    return filled


def choose(person, path):
    person.morph.music.chooser.sound_chosen.emit(path)
    person.qtbot.waitUntil(lambda: not person.morph.music.listener.working, timeout=10_000)
    person.film()


def drop(person, widget, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 10), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(widget, enter)
    QApplication.sendEvent(widget, QDropEvent(QPointF(50, 10), Qt.DropAction.CopyAction, data, left, none))
    return enter.isAccepted()


def pick(choice, value):
    next(action for action in choice.choices().actions() if action.data() == value).trigger()


def type_in(person, field, text):
    field.setFocus()
    field.selectAll()
    person.qtbot.keyClicks(field, text)
    person.qtbot.keyClick(field, Qt.Key.Key_Return)


def drag(person, start, end, modifier=Qt.KeyboardModifier.NoModifier):
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QMouseEvent

    view, left = person.view, Qt.MouseButton.LeftButton
    person.qtbot.mousePress(view, left, pos=QPoint(start, MIDDLE))
    for x in (start + (end - start) // 2, end):
        at = QPointF(x, MIDDLE)
        event = QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), Qt.MouseButton.NoButton, left, modifier)
        QCoreApplication.sendEvent(view, event)
    person.qtbot.mouseRelease(view, left, modifier, QPoint(end, MIDDLE))


def lane_pixels(person):
    image = person.panel.lane.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8, image.bytesPerLine() * image.height())
    return data.reshape(image.height(), image.bytesPerLine())[:, : image.width() * 3].reshape(image.height(), -1, 3)


def test_a_sound_that_is_dropped_lies_under_the_film_and_is_one_step(filled, drums):
    steps = filled.desk.undo_steps()
    assert not filled.panel.lane.isVisible()
    assert not filled.panel.inspector.tabs.isVisible()
    assert drop(filled, filled.view, drums)
    filled.qtbot.waitUntil(lambda: filled.timeline.music is not None, timeout=10_000)
    music = filled.timeline.music
    assert (music.path, music.sha256) == (str(drums), hearing.hear(drums).sha256)
    assert filled.desk.undo_steps() == steps + 1
    assert filled.document.entry.what == "put drums.wav under the film"
    assert filled.panel.lane.isVisible()
    assert filled.panel.inspector.present == MUSIC
    assert filled.panel.inspector.music.name.toolTip() == "drums.wav"
    filled.desk.press("undo")
    filled.qtbot.waitUntil(lambda: filled.timeline.music is None)
    assert not filled.panel.lane.isVisible()
    assert filled.panel.inspector.present == KEYFRAME


def test_what_is_no_sound_is_left_to_the_window(filled, tmp_path):
    (tmp_path / "a.txt").write_text("x")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt"))])
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                            Qt.KeyboardModifier.NoModifier)  # fmt: skip
    event.setAccepted(False)
    filled.panel.dragEnterEvent(event)
    assert not event.isAccepted()


def test_on_an_empty_timeline_the_place_where_we_stand_is_the_first_keyframe(person, drums):
    drop(person, person.panel, drums)
    person.qtbot.waitUntil(lambda: person.timeline is not None, timeout=10_000)
    assert np.array_equal(person.timeline.codes, [person.desk.latent])
    assert person.timeline.music.name == "drums.wav"


def test_what_cannot_be_heard_is_said_and_changes_nothing(filled, tmp_path):
    steps = filled.desk.undo_steps()
    for name, data, sentence in (
        ("broken.wav", b"nothing", "is no sound file that FFmpeg can read; take a WAV, MP3, FLAC or M4A file."),
        ("gone.wav", None, "There is no sound file"),
    ):
        if data is not None:
            (tmp_path / name).write_bytes(data)
        choose(filled, tmp_path / name)
        assert sentence in filled.panel.problem.text()
        assert filled.panel.problem.isVisible()
    assert filled.timeline.music is None
    assert filled.desk.undo_steps() == steps
    assert not filled.panel.inspector.tabs.isVisible()


def test_listening_goes_on_beside_the_window_and_is_cancelled_at_once(filled, drums, monkeypatch):
    began, gate, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(_path, *, stopped, told):
        told(0.25)
        began.set()
        assert gate.wait(20)
        try:
            stopped()
        finally:
            ended.set()

    monkeypatch.setattr("dinoexplorer.ui.morph.listener.hear", slow)
    row = filled.panel.inspector.music
    filled.morph.music.choose(drums)
    assert began.wait(10)
    filled.qtbot.waitUntil(lambda: row.note.text() == "Listening to drums.wav… 25%")
    assert row.cancel.isVisible()
    row.cancel.click()
    assert not filled.morph.music.listener.working
    assert not filled.panel.inspector.tabs.isVisible()
    gate.set()
    assert ended.wait(10)
    assert filled.timeline.music is None


def test_the_lane_shows_the_loudness_and_a_tick_at_each_onset(musical):
    lane = musical.panel.lane
    assert list(lane.ticks) == pytest.approx(np.arange(0.5, 7.9, 0.5), abs=0.04)
    assert lane.accessibleDescription() == "15 beats"
    pixels = lane_pixels(musical)
    middle = pixels.shape[0] // 2 - 1

    def height(seconds):
        column = pixels[:, musical.x(seconds)].astype(int)
        ground = pixels[middle - 9, musical.x(0.25)].astype(int)
        return int((np.abs(column - ground).sum(axis=1) > 40).sum())

    assert height(1.04) > 3 * height(1.4)  # loud after the drum, quiet before the next
    accent = lane.palette().accent().color()
    tick = pixels[2, musical.x(lane.ticks[1])]
    assert np.abs(tick.astype(int) - [accent.red(), accent.green(), accent.blue()]).max() < 60


def test_the_lane_is_zoomed_with_the_timeline_and_gone_through_like_the_ruler(musical):
    lane = musical.panel.lane
    musical.view.scale = musical.view.scale.zoomed(3, 200)
    assert lane.scale == musical.view.scale
    musical.view.zoom_to_fit()
    musical.qtbot.mousePress(lane, Qt.MouseButton.LeftButton, pos=QPoint(musical.x(1.5), 10))
    musical.qtbot.mouseRelease(lane, Qt.MouseButton.LeftButton, pos=QPoint(musical.x(1.5), 10))
    assert musical.preview.player.seconds == pytest.approx(1.5, abs=0.04)


def test_a_dragged_keyframe_snaps_to_a_beat_and_alt_frees_it(musical):
    beat = musical.panel.lane.ticks[4]  # about 2.5
    drag(musical, musical.x(2), musical.x(beat) - 5)
    assert musical.timeline.time_of(1) == pytest.approx(beat, abs=1e-9)
    drag(musical, musical.x(beat), musical.x(beat) + 5, Qt.KeyboardModifier.AltModifier)
    assert musical.timeline.time_of(1) != pytest.approx(beat, abs=1e-3)
    assert musical.timeline.time_of(1) * 30 == pytest.approx(round(musical.timeline.time_of(1) * 30), abs=1e-6)


def test_another_beginning_moves_the_onsets(musical):
    row = musical.panel.inspector.music
    before = musical.panel.lane.ticks
    type_in(musical, row.start, "0.4")
    assert musical.timeline.music.start == 0.4
    assert musical.panel.lane.ticks[0] == pytest.approx(before[0] - 0.4)
    assert musical.document.entry.what == "began the sound at 0.4 s"
    musical.qtbot.keyClick(row.start, Qt.Key.Key_Down)
    assert musical.timeline.music.start == pytest.approx(0.3)


# Beats


def test_keyframes_are_set_to_the_beats_of_the_sound_in_one_step(musical):
    steps = musical.desk.undo_steps()
    musical.desk.press("beats")
    panel = musical.morph.music.beats
    assert panel.isVisible()
    assert (panel.rate.text(), panel.every.present) == ("120", "0")
    assert float(panel.offset.text()) == pytest.approx(0.0, abs=0.03) or float(panel.offset.text()) == pytest.approx(
        0.5, abs=0.03
    )
    panel.offset.show_text("0")
    pick(panel.every, "1")
    assert panel.said.text() == "The film takes 1 s; now it is 4 s."
    musical.qtbot.keyClick(panel.rate, Qt.Key.Key_Return)
    assert not panel.isVisible()
    assert musical.times == [0, 0.5, 1.0]
    assert musical.timeline.music.beats == Beats(120, 0)
    assert musical.panel.lane.ticks[:3] == pytest.approx((0, 0.5, 1))
    assert musical.desk.undo_steps() == steps + 1
    assert musical.document.entry.what == "set keyframes to 120 beats a minute"


def test_keyframes_are_set_to_onsets(musical):
    musical.desk.press("beats")
    panel = musical.morph.music.beats
    pick(panel.kind, "onsets")
    assert not panel.rate.isEnabled()
    pick(panel.every, "2")
    panel.apply.click()
    assert musical.times == pytest.approx([0, 1.0, 2.0], abs=0.04)
    assert musical.timeline.music.beats is None


def test_without_a_sound_there_are_beats_alone(filled):
    filled.desk.press("beats")
    panel = filled.morph.music.beats
    assert panel.rate.text() == "120"
    assert not panel.estimate.isEnabled()
    assert panel.estimate.toolTip() == "There is no sound under the film; choose one first (Alt+M)."
    panel.rate.setFocus()
    panel.rate.selectAll()
    filled.qtbot.keyClicks(panel.rate, "9")
    assert panel.said.text() == "Beats a minute: a number from 20 to 400."
    assert not panel.apply.isEnabled()
    filled.qtbot.keyClicks(panel.rate, "0")
    assert panel.said.text() == "The film takes 4 s; now it is 4 s."
    filled.qtbot.keyClick(panel.rate, Qt.Key.Key_Up)
    assert panel.rate.text() == "91"
    panel.apply.click()
    assert filled.times == pytest.approx([0, 3 * 60 / 91, 6 * 60 / 91], abs=1e-3)
    assert filled.panel.inspector.music.name.text() == "No sound"
    assert filled.panel.lane.isVisible()
    filled.panel.inspector.music.remove.click()
    assert filled.timeline.music is None


def test_the_estimate_comes_back_and_escape_changes_nothing(musical):
    musical.desk.press("beats")
    panel, before = musical.morph.music.beats, musical.times
    heard = panel.offset.text()
    panel.rate.show_text("77")
    panel.offset.show_text("3")
    panel.estimate.click()
    assert (panel.rate.text(), panel.offset.text()) == ("120", heard)
    musical.qtbot.keyClick(panel.rate, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert musical.times == before


def test_what_cannot_be_set_is_said_in_the_panel(person):
    person.desk.press("beats")
    assert person.panel.problem.text() == "There are no keyframes yet; add some first."
    person.desk.press("keyframe")
    person.desk.press("beats")
    panel = person.morph.music.beats
    assert panel.said.text() == "A single keyframe stands at the beginning; add another one to set it to a beat."
    assert not panel.apply.isEnabled()


# Following


def test_a_direction_follows_the_bass_and_a_keyframe_of_a_frame_leaves_the_film_as_it_is(musical):
    direction = Direction(0, "across", np.float32([0.0, 0.5]), 2.0)
    musical.document.add_direction(direction)
    row = musical.panel.inspector.music
    still = musical.film()
    musical.qtbot.waitUntil(lambda: any(each.data() == "across" for each in row.channel.choices().actions()))
    pick(row.channel, "across")
    assert row.band.text() == "nothing"
    assert not row.strength.isEnabled()
    pick(row.band, "low")
    assert musical.timeline.music.followings == (Following("across", "low", 1.0, 0.1),)
    assert musical.document.entry.what == "across follows the music"
    type_in(musical, row.strength, "2")
    type_in(musical, row.smoothing, "0.3")
    film = musical.film()
    loud = max(range(film.frames), key=lambda frame: film.code(frame)[1] - still.code(frame)[1])
    assert film.code(loud) - still.code(loud) == pytest.approx([0, 2], abs=0.1)
    assert musical.panel.inspector.music.channel.choices().actions()[1].text() == "across ♪"
    musical.preview.go_to_time(film.time(loud))
    musical.shows(film.code(loud))
    musical.desk.press("keyframe")
    after = musical.film()
    assert len(musical.timeline.keyframes) == 4
    assert after.code(loud) == pytest.approx(film.code(loud), abs=1e-5)
    pick(row.band, "")
    assert musical.timeline.music.followings == ()
    assert musical.timeline.directions == ()


def test_the_window_shows_the_frame_that_the_command_writes(new_desk, monkeypatch, tmp_path, request, drums):
    checkpoint = request.getfixturevalue("deep_checkpoint")
    desk = new_desk()
    monkeypatch.setattr(desk.renderer, "_open", open_generator)
    desk.open(checkpoint)
    for name in ("morph", "keyframe", "random_keyframe"):
        desk.press(name)
    morph = desk.explorer.desks.morph
    morph.music.choose(drums)
    desk.qtbot.waitUntil(lambda: morph.timeline.music is not None, timeout=10_000)
    pick(morph.panel.inspector.music.band, "all")
    desk.qtbot.waitUntil(lambda: morph.fresh, timeout=10_000)
    film = morph.preview.film
    assert film.heard is not None
    (tmp_path / "line.json").write_text(json.dumps(as_json(morph.timeline)))
    told = ["morph", checkpoint, "--timeline", tmp_path / "line.json", "--fps", 30, "--size", 16]
    assert main([*map(str, told), "--out", f"{tmp_path}/command/"]) == 0
    files = sorted((tmp_path / "command").iterdir())
    reel = morph.reel(Look(16))
    assert len(files) == reel.frames
    for frame in (0, 16, 31, 47, 60):
        with Image.open(files[frame]) as picture:
            assert np.array_equal(np.asarray(picture), reel.picture(frame))
    assert not np.array_equal(film.code(31), film.still_code(31))


def test_a_document_is_listened_to_when_it_comes_and_a_missing_sound_is_a_quiet_note(musical, drums):
    pick(musical.panel.inspector.music.band, "low")
    musical.film()
    kept = musical.document.timeline
    desk, row = musical.morph.music, musical.panel.inspector.music
    other = drums.with_name("other.wav")
    other.write_bytes(drums.read_bytes() + bytes(2))
    musical.document.set_timeline(kept | {"music": kept["music"] | {"path": str(other)}})
    musical.qtbot.waitUntil(lambda: musical.timeline.music.name == "other.wav", timeout=10_000)
    musical.qtbot.waitUntil(lambda: desk.heard(musical.timeline) is not None, timeout=10_000)
    assert musical.film().heard is hearing.hear(other).heard
    assert row.note.text() == "other.wav has changed since this timeline was made: the film may differ."
    gone = drums.with_name("gone.wav")
    musical.document.set_timeline(kept | {"music": kept["music"] | {"path": str(gone)}})
    musical.qtbot.waitUntil(
        lambda: row.note.text() == f"There is no sound file {gone}; check the name.", timeout=10_000
    )
    assert not musical.panel.problem.isVisible()
    assert musical.film().heard is None
    assert musical.panel.lane.ticks == ()


def test_the_export_proposes_the_music_of_the_timeline(musical, drums):
    musical.desk.press("export_film")
    form = musical.desk.window.export.panel.form
    assert form.sound.path == drums
    musical.desk.window.export.panel.go_away()
    musical.panel.inspector.music.remove.click()
    musical.desk.press("export_film")
    assert form.sound.path is None
    musical.desk.window.export.panel.go_away()


def test_the_window_with_music_fits_a_small_screen(musical):
    hint = musical.desk.window.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 640 - 32
