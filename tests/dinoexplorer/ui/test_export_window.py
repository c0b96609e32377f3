"""Films exported from the window: the panel, the queue, the line at the bottom, the end."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from dinoexplorer.document.opening import open_document
from dinoexplorer.generators import open_generator
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.notes import read_note
from dinoexplorer.morph.keyframe import Segment
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.morph.timeline_json import as_json, from_json
from dinoexplorer.settings import ExportChoices, load_settings, save_settings
from dinoexplorer.ui.morph.export_job import ExportJob, course_text, line_text


def morph_in(desk, seconds: float = 0.5, *, repeat: str = "once") -> Timeline:
    """Put a timeline through two places into the document."""
    spec = desk.explorer.document.spec
    timeline = Timeline.through(spec.sample(2, 5), Segment(seconds), repeat=repeat)
    desk.explorer.document.set_timeline(as_json(timeline))
    return timeline


def come_up(desk, folder: Path, kind: str = "apng", side: int = 32, fps: int = 8):
    """The panel, with everything chosen that a small film needs."""
    desk.window.settings.export = ExportChoices(kind=kind, side=side, fps=fps, folder=str(folder))
    desk.press("export_film")
    panel = desk.window.export.panel
    desk.qtbot.waitUntil(lambda: panel.form.film is not None, timeout=20_000)
    return panel


def start(desk, panel) -> ExportJob:
    desk.qtbot.mouseClick(panel.start, Qt.MouseButton.LeftButton)
    return desk.window.export.queue.jobs[-1]


def finished(desk, job: ExportJob) -> None:
    desk.qtbot.waitUntil(lambda: job.ended and desk.window.export.queue._at_work is None, timeout=30_000)


def pictures_in(folder: Path) -> np.ndarray:
    return np.stack([np.asarray(Image.open(file)) for file in sorted(folder.iterdir())])


@pytest.fixture
def held(desk):
    """A model that decodes no batch of a film before it is let go."""
    gate, waiting = threading.Event(), threading.Event()
    decode = desk.generator.decode

    def slow(codes):
        if threading.current_thread().name == "film-decode":
            waiting.set()
            assert gate.wait(20)
        return decode(codes)

    desk.generator.decode = slow
    yield gate, waiting
    gate.set()


# A film, start to end


def test_a_film_is_written_while_the_panel_is_closed_and_the_line_at_the_bottom_says_so(desk, tmp_path, held):
    gate, waiting = held
    morph_in(desk)
    panel = come_up(desk, tmp_path / "films")
    assert panel.form.path.path == tmp_path / "films/disc-film-0001.png"
    job = start(desk, panel)
    assert waiting.wait(20)
    desk.qtbot.keyClick(desk.window.focusWidget(), Qt.Key.Key_Escape)
    assert not panel.isVisible()
    desk.qtbot.waitUntil(lambda: desk.window.status_line.film_text == 'film "disc-film-0001.png": 0 %')
    gate.set()
    with desk.qtbot.waitSignal(desk.window.export.exported, timeout=20_000):
        pass
    finished(desk, job)
    assert desk.window.status_line.film_text == ""
    assert desk.window.status_line.message == f"exported {job.path}"
    with Image.open(job.path) as film:
        assert (film.n_frames, film.size, film.info["duration"]) == (5, (32, 32), 125)


def test_a_folder_from_the_window_and_one_from_the_command_are_the_same_bytes(new_desk, monkeypatch, tmp_path, request):
    checkpoint = request.getfixturevalue("deep_checkpoint")
    desk = new_desk()
    monkeypatch.setattr(desk.renderer, "_open", open_generator)
    desk.open(checkpoint)
    timeline = morph_in(desk, 1.0, repeat="loop")
    panel = come_up(desk, tmp_path, "folder", side=48, fps=40)
    panel.form.set_path(tmp_path / "window")
    finished(desk, start(desk, panel))
    assert panel.form.path.path == tmp_path / "deep-film-0001"
    (tmp_path / "line.json").write_text(json.dumps(as_json(timeline)))
    from dinoexplorer.cli import main

    told = ["morph", checkpoint, "--timeline", tmp_path / "line.json", "--fps", 40, "--size", 48]
    assert main([*map(str, told), "--out", f"{tmp_path}/command/"]) == 0
    one, other = pictures_in(tmp_path / "window"), pictures_in(tmp_path / "command")
    assert one.shape == (80, 48, 48, 3)
    assert one.tobytes() == other.tobytes()
    files = [sorted((tmp_path / name).iterdir()) for name in ("window", "command")]
    assert [file.name for file in files[0]] == [file.name for file in files[1]]


@pytest.mark.parametrize("kind", ["mp4-h264", "webm-vp9", "gif", "webp", "apng"])
def test_a_film_brings_its_document_back(desk, tmp_path, kind):
    timeline = morph_in(desk)
    desk.explorer.document.add_pins([("Rex", desk.latent + 1)])
    job = start(desk, come_up(desk, tmp_path, kind))
    finished(desk, job)
    assert job.state == "done", job.sentence
    standing = open_document(job.path).standing(desk.explorer.document.spec)
    np.testing.assert_array_equal(standing.latent, desk.latent)
    assert [pin.name for pin in standing.pins] == ["Rex"]
    assert from_json(json.loads(standing.timeline)) == timeline


def test_a_film_of_the_command_brings_a_document_back_too(plane_checkpoint, tmp_path):
    from dinoexplorer.cli import main

    out = tmp_path / "a.gif"
    told = ["morph", plane_checkpoint, "--seeds", "1,2", "--seeds", "3,4", "--seconds", 0.2, "--size", 16, "--out", out]
    assert main([str(word) for word in told]) == 0
    file = open_document(out)
    spec = open_generator(plane_checkpoint).info.latent
    standing = file.standing(spec)
    np.testing.assert_array_equal(standing.latent, spec.sample(1, 1)[0])
    assert len(json.loads(read_note(out))["timelines"]) == 2
    assert main([*map(str, ["morph", plane_checkpoint, "--timeline", tmp_path / "a.dino.json", "--fps", 9]),
                 "--size", "16", "--out", str(tmp_path / "no.gif")]) == 1  # fmt: skip
    (tmp_path / "a.dino.json").write_text(read_note(out))
    assert main([*map(str, ["morph", plane_checkpoint, "--timeline", tmp_path / "a.dino.json", "--fps", 10]),
                 "--size", "16", "--out", str(tmp_path / "b.png")]) == 0  # fmt: skip
    with Image.open(tmp_path / "b.png") as film:
        assert film.n_frames == 3


def test_every_pin_begins_the_same_motion_side_by_side(desk, tmp_path):
    timeline = morph_in(desk)
    document = desk.explorer.document
    document.add_pins([("", document.spec.mean + shift) for shift in (0, 0.5, -0.5, 1)])
    panel = come_up(desk, tmp_path, side=16)
    panel.form.morph.choices().actions()[1].trigger()
    assert panel.form.morph.text() == "The same motion from each pin (4), side by side"
    job = start(desk, panel)
    finished(desk, job)
    with Image.open(job.path) as film:
        assert film.size == (32, 32)
    codes = document.pins[3].latent + timeline.keyframes[1].code - timeline.keyframes[0].code
    last = pictures_of(job.path)[-1]
    expected = np.asarray(
        Image.fromarray(desk.generator.decode(codes[None])[0]).resize((16, 16), Image.Resampling.LANCZOS)
    )
    assert np.abs(last[16:, 16:].astype(int) - expected).max() <= 1


def pictures_of(path):
    from PIL import ImageSequence

    with Image.open(path) as image:
        return np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)])


def test_cards_a_transparent_background_and_a_contact_sheet_are_written(desk, tmp_path):
    morph_in(desk)
    panel = come_up(desk, tmp_path, fps=5, side=40)
    panel.form.title.switch.click()
    assert panel.sentence == "Title card: type its text, or switch it off."
    assert not panel.start.isEnabled()
    desk.qtbot.keyClicks(panel.form.title.field, "Rex")
    panel.form.background.show_text("#00ff00")
    panel.form.sheet.setChecked(True)
    job = start(desk, panel)
    finished(desk, job)
    frames = pictures_of(job.path)
    assert len(frames) == 10 + 3 or len(frames) == 4  # Pillow may join frames that are alike
    assert tuple(frames[0][0, 0]) == (0, 255, 0)
    with Image.open(job.path.with_name("disc-film-0001-sheet.png")) as sheet:
        assert sheet.size[0] == 2 * 40


# The queue


def test_films_are_written_one_after_the_other_and_each_has_a_name_of_its_own(desk, tmp_path, held):
    gate, waiting = held
    morph_in(desk)
    panel = come_up(desk, tmp_path)
    first, second = start(desk, panel), start(desk, panel)
    assert (first.path.name, second.path.name) == ("disc-film-0001.png", "disc-film-0002.png")
    assert (first.state, second.state) == ("running", "waiting")
    assert panel.list.row_of(second).text == "waits for the one before"
    assert waiting.wait(20)
    desk.qtbot.waitUntil(lambda: desk.window.status_line.film_text.endswith("1 more waits"), timeout=20_000)
    panel.form.path.set_path(second.path)
    panel.form.path.edited.emit()
    assert panel.sentence == "disc-film-0002.png is being exported already; give this film another name."
    gate.set()
    finished(desk, first)
    finished(desk, second)
    assert sorted(path.name for path in tmp_path.glob("*film*")) == ["disc-film-0001.png", "disc-film-0002.png"]


@pytest.mark.parametrize("kind", ["apng", "mp4-h264", "folder"])
def test_cancel_leaves_no_file_no_half_file_and_no_thread(desk, tmp_path, kind, held):
    gate, waiting = held
    morph_in(desk, 600)  # too long to be done before the press
    folder = tmp_path / "films"
    panel = come_up(desk, folder, kind)
    job = start(desk, panel)
    assert waiting.wait(20)
    gate.set()
    desk.qtbot.waitUntil(lambda: job.report.done > 1, timeout=20_000)
    assert any(folder.iterdir())  # a half one under another name
    row = panel.list.row_of(job)
    desk.qtbot.mouseClick(row.buttons["cancel"], Qt.MouseButton.LeftButton)
    assert row.text == "cancelled; nothing of it was kept"
    finished(desk, job)
    assert list(folder.iterdir()) == []
    assert desk.window.status_line.film_text == ""
    names = {thread.name for thread in threading.enumerate()}
    assert not {name for name in names if name.startswith("film") or name == "export"}


def test_a_film_that_waits_is_cancelled_before_it_begins_and_can_be_asked_for_again(desk, tmp_path, held):
    gate, _waiting = held
    morph_in(desk)
    panel = come_up(desk, tmp_path)
    first, second = start(desk, panel), start(desk, panel)
    desk.window.export.queue.cancel(second)
    desk.qtbot.mouseClick(panel.list.row_of(second).buttons["again"], Qt.MouseButton.LeftButton)
    again = desk.window.export.queue.jobs[-1]
    assert (second in desk.window.export.queue.jobs, again.path) == (False, second.path)
    gate.set()
    finished(desk, first)
    finished(desk, again)
    assert again.path.exists()


def test_what_goes_wrong_is_said_in_the_row_with_what_to_do(desk, tmp_path, held):
    gate, waiting = held
    morph_in(desk)
    panel = come_up(desk, tmp_path / "films")
    job = start(desk, panel)
    assert waiting.wait(20)

    def fail(_codes):
        raise MorphError("The graphics card has no memory left; give a smaller size.")

    desk.generator.decode = fail
    other = start(desk, panel)
    gate.set()
    finished(desk, job)
    finished(desk, other)
    assert (job.state, other.state) == ("done", "failed")
    assert panel.list.row_of(other).text == "The graphics card has no memory left; give a smaller size."
    assert desk.window.status_line.message == "The graphics card has no memory left; give a smaller size."


def test_a_folder_that_cannot_be_written_to_is_said(desk, tmp_path):
    morph_in(desk)
    (tmp_path / "file").write_text("")
    panel = come_up(desk, tmp_path)
    panel.form.path.set_path(tmp_path / "file/film.png")
    job = start(desk, panel)
    finished(desk, job)
    assert job.state == "failed"
    assert panel.list.row_of(job).text.startswith(f"{tmp_path / 'file/film.png'} could not be written: ")
    assert panel.list.row_of(job).text.endswith("; choose another place.")


def test_an_error_that_nobody_foresaw_is_a_sentence_too():
    from dinoexplorer.morph.export.making import Order
    from dinoexplorer.ui.morph.export_queue import _sentence

    job = ExportJob(None, Order(Path("a.mp4")), None)
    assert _sentence(job, ValueError("odd\nmore")) == (
        "a.mp4 could not be made: ValueError: odd. Try another format, or open the model again."
    )


def test_a_done_film_is_played_and_shown_in_its_folder_and_missed_when_it_is_gone(desk, tmp_path, monkeypatch):
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or len(opened) < 3)
    morph_in(desk)
    panel = come_up(desk, tmp_path)
    job = start(desk, panel)
    finished(desk, job)
    row = panel.list.row_of(job)
    for name in ("play", "reveal", "play"):
        row.buttons[name].click()
    assert [url.toLocalFile() for url in opened] == [str(job.path), str(tmp_path), str(job.path)]
    assert row.text == f"The system opens nothing for {job.path}; open it from your file manager."
    job.path.unlink()
    row.buttons["play"].click()
    assert row.text == f"{job.path} is not there any more; it was moved or deleted."
    row.buttons["put_away"].click()
    assert panel.list.row_of(job) is None
    assert desk.window.focusWidget() is not None


def test_closing_the_window_asks_and_cancels_only_when_told_to(desk, tmp_path, held):
    gate, waiting = held
    morph_in(desk)
    job = start(desk, come_up(desk, tmp_path / "films"))
    assert waiting.wait(20)
    assert not desk.window.close()
    question = desk.window.export._question
    assert question.box.text() == "disc-film-0001.png is 0 % done."
    question.wait.click()
    assert desk.window.isVisible()
    assert job.state == "running"
    desk.window.close()
    question.cancel.click()
    assert not desk.window.isVisible()
    gate.set()
    finished(desk, job)
    assert list((tmp_path / "films").iterdir()) == []


# The panel


def test_without_a_model_or_a_morph_the_panel_says_what_to_do(new_desk, write_fake, tmp_path):
    desk = new_desk()
    panel = come_up(desk, tmp_path)
    assert panel.sentence == "No model is open; open one first."
    panel.go_away()
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=0))
    desk.press("export_film")
    assert panel.sentence == "There is no morph yet; add keyframes to the timeline first."
    assert not panel.start.isEnabled()
    desk.explorer.document.set_timeline({"version": 1, "keyframes": 3})
    panel.show_panel()
    assert panel.sentence == "This timeline is damaged: its 'keyframes' is not what it should be; take another copy."


def test_what_it_will_take_is_worked_out(desk, tmp_path):
    morph_in(desk, 2.0)
    panel = come_up(desk, tmp_path, "gif", fps=10)
    desk.qtbot.waitUntil(lambda: panel.sentence.startswith("21 frames, 2.1 s, 32 x 32 pixels. About "), timeout=20_000)
    (tmp_path / "mine.gif").write_text("before")
    panel.form.path.set_path(tmp_path / "mine.gif")
    panel.form.fps.show_text("11")
    panel.form.fps.edited.emit("11")
    desk.qtbot.waitUntil(lambda: panel.sentence.startswith("23 frames"), timeout=20_000)
    assert panel.sentence.endswith("mine.gif is there already and is replaced.")


def test_what_the_format_cannot_do_is_said_before_anything_is_written(desk, tmp_path):
    morph_in(desk)
    panel = come_up(desk, tmp_path, "mp4-h264", side=33)
    desk.qtbot.waitUntil(lambda: "even size" in panel.sentence, timeout=20_000)
    assert not panel.start.isEnabled()
    panel.form.side.show_text("0")
    panel.form.side.edited.emit("0")
    assert panel.sentence == "Pixels of each side: a whole number from 1 to 8192."
    panel.form.side.show_text("32")
    panel.form.background.show_text("dinosaur")
    panel.form.background.edited.emit("dinosaur")
    assert panel.sentence == "Background: a name such as black, or a number such as #1d3c2f."


def test_a_format_that_is_missing_is_listed_with_the_reason(desk, tmp_path, monkeypatch):
    from dinoexplorer.morph.export import video

    monkeypatch.setitem(video.CODECS, "av1", video.Codec("av1", "AV1", "libnothing", (1, 1, 1), ()))
    morph_in(desk)
    panel = come_up(desk, tmp_path, "mp4-av1")
    action = next(action for action in panel.form.kind.choices().actions() if action.data() == "mp4-av1")
    why = "The FFmpeg of this machine cannot write AV1 (libnothing is missing); choose h264 or h265."
    assert not action.isEnabled()
    assert action.toolTip() == why
    assert panel.sentence == why
    assert panel.form.kind.choices().actions()[-1].text() == "Folder of PNG pictures"


def test_the_format_and_the_ending_of_the_name_go_together(desk, tmp_path):
    morph_in(desk)
    panel = come_up(desk, tmp_path, "gif")
    form = panel.form
    assert not form.transparent.isEnabled()
    assert form.transparent.toolTip() == "GIF cannot be transparent."
    assert not form.sound.isEnabled()
    next(action for action in form.kind.choices().actions() if action.data() == "webm-av1").trigger()
    assert form.path.path.name == "disc-film-0001.webm"
    assert form.sound.isEnabled()
    panel._on_film_chosen(tmp_path / "walk.webp")
    assert form.kind.present == "webp"
    form.transparent.setChecked(True)
    assert form.order().look.background is None
    panel._on_path_wanted()
    dialog = panel.chooser.dialog
    assert dialog.selectedFiles() == [str(tmp_path / "walk.webp")]
    dialog.reject()


def test_what_was_chosen_is_remembered_and_nonsense_in_the_settings_is_dropped(desk, tmp_path):
    morph_in(desk)
    panel = come_up(desk, tmp_path, "apng", side=24, fps=9)
    panel.form.scaling.choose("nearest")
    panel.form.quality.choose("small")
    finished(desk, start(desk, panel))
    path = tmp_path / "settings.json"
    save_settings(desk.window.settings, path)
    kept = load_settings(path)[0].export
    assert (kept.kind, kept.side, kept.fps, kept.scaling) == ("apng", 24, 9, "nearest")
    assert (kept.quality, kept.folder) == ("small", str(tmp_path))
    path.write_text('{"version": 1, "theme": "dark", "export": {"side": -3}}')
    settings, sentence = load_settings(path)
    assert (settings.theme, settings.export) == ("dark", ExportChoices())
    assert sentence == "The settings export were not usable and are back to their defaults."


@pytest.mark.parametrize("size", [(1024, 640), (1920, 1080)])
def test_the_panel_fits_into_the_window_and_every_control_has_a_name(new_desk, write_fake, tmp_path, size):
    desk = new_desk(size)
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=0))
    morph_in(desk)
    panel = come_up(desk, tmp_path)
    finished(desk, start(desk, panel))
    assert desk.window.rect().contains(panel.panel.geometry())
    assert panel.panel.minimumSizeHint().width() <= panel.panel.width()
    stops = [
        widget
        for widget in panel.panel.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.objectName().startswith("qt_")
    ]
    assert len(stops) > 20
    assert [type(widget).__name__ for widget in stops if not widget.accessibleName()] == []


def test_the_rate_of_the_preview_is_proposed_until_another_one_is_typed(desk, tmp_path):
    timeline = as_json(morph_in(desk))
    desk.explorer.document.set_timeline(timeline | {"fps": 9})
    panel = come_up(desk, tmp_path, fps=30)
    assert panel.form.fps.value == 9
    for rate, shown in ((24, 24), (24, 12), ("fast", 12), (60, 60)):
        panel.go_away()
        desk.explorer.document.set_timeline(timeline | {"fps": rate})
        desk.press("export_film")
        assert panel.form.fps.value == shown
        if rate == 24:
            panel.form.fps.show_text("12")


def test_the_words_for_how_it_goes():
    from dinoexplorer.morph.export.making import Order
    from dinoexplorer.ui.morph.export_job import Report

    job = ExportJob(None, Order(Path("/films/walk.mp4")), None)
    job.state = "running"
    assert course_text(job) == "begins…"
    job.report = Report(120, 1900, 35.4)
    assert course_text(job) == "120 of 1,900 frames · 35/s · 50 s left"
    assert line_text(job, 2) == 'film "walk.mp4": 6 %, 50 s left, 2 more wait'
    job.report = Report(1900, 1900, 2.0)
    assert course_text(job) == "1,900 frames · being finished…"
    job.state = "done"
    assert course_text(job) == "saved in /films"
