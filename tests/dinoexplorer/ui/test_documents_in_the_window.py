"""Documents in the window: saved, opened, named; pictures that bring their place back; what happens when it fails."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from dinoexplorer import app
from dinoexplorer.document.embedding import KEYWORD
from dinoexplorer.document.opening import open_document
from dinoexplorer.document.standing import Direction
from dinoexplorer.picture_files import save_png

GREY = np.full((8, 8, 3), 128, np.uint8)


@pytest.fixture
def doc(desk):
    """The document of the desk, somewhere, with a pin, a lock and a direction."""
    document = desk.explorer.document
    document.go_to_seed(5)
    document.add_pin("horn")
    document.set_locked(1, locked=True)
    document.add_direction(Direction(0, "size", np.array([1, 0.5], np.float32), how="by hand"))
    desk.wait_for_picture()
    return document


def title(desk) -> str:
    window = desk.window
    desk.qtbot.waitUntil(lambda: not desk.explorer._turn.isActive(), timeout=10_000)
    return window.windowTitle().replace("[*]", "*" if window.isWindowModified() else "")


def save(desk, path):
    with desk.qtbot.waitSignal(desk.window.documents.saved, timeout=10_000):
        desk.window.documents.save_to(path)
    return path


def open_(desk, path):
    """Open a document, wherever the window is, and wait for its picture."""
    before = desk.explorer.document
    desk.window.documents.open(path)
    desk.qtbot.waitUntil(lambda: desk.explorer.document is not before, timeout=20_000)
    desk.wait_for_picture()
    return desk.explorer.document


def forget(desk):
    """Do without what was not saved of the document before, and wait for the picture."""
    bar = desk.window.documents.bar
    desk.qtbot.waitUntil(bar.isVisible, timeout=20_000)
    desk.qtbot.mouseClick(bar.forget, Qt.MouseButton.LeftButton)
    QApplication.sendPostedEvents()
    desk.qtbot.waitUntil(lambda: desk.view.side() == desk.view.frame.request.side, timeout=20_000)
    return desk.wait_for_picture()


def refusal(desk, act) -> str:
    with desk.qtbot.waitSignal(desk.window.failed, timeout=20_000):
        act()
    return desk.explorer.stage.notice.sentence


def way(desk, name):
    return next(button for button in desk.explorer.stage.notice._buttons if button.objectName() == name)


def drop(desk, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(desk.window, QDragEnterEvent(QPoint(50, 50), *arguments))
    QApplication.sendEvent(desk.window, QDropEvent(QPointF(50, 50), *arguments))


def export(desk, path):
    with desk.qtbot.waitSignal(desk.window.pictures.saved, timeout=10_000):
        desk.window.pictures.save(path)
    return path


def test_saved_changed_and_opened_again_it_is_the_same_picture_pixel_for_pixel(desk, doc, tmp_path):
    before, code = desk.pixels(), desk.latent
    path = save(desk, tmp_path / "walk.dino.json")
    assert desk.window.status_line.message == f"saved {path}"
    doc.remove_pins([doc.pins[0].key])
    desk.press("reset")
    assert not np.array_equal(desk.wait_for_picture(), before)
    back = open_(desk, path)
    np.testing.assert_array_equal(forget(desk), before)
    np.testing.assert_array_equal(desk.latent, code)
    assert [pin.name for pin in back.pins] == ["horn"]
    assert back.locked.tolist() == [False, True]
    assert [direction.name for direction in back.directions] == ["size"]
    assert not back.can_undo


def test_the_title_names_the_document_and_a_star_says_that_something_is_not_saved(desk, tmp_path):
    assert title(desk) == "disc – DinoExplorer"
    desk.press("random")
    assert title(desk) == "disc* – DinoExplorer"
    save(desk, tmp_path / "walk.dino.json")
    assert title(desk) == "walk – DinoExplorer"
    desk.explorer.document.add_pin("here")
    assert title(desk) == "walk* – DinoExplorer"
    desk.press("undo")
    assert title(desk) == "walk – DinoExplorer"


def test_ctrl_s_asks_where_to_once_and_writes_there_from_then_on(desk, doc, tmp_path):
    desk.window.settings.document_folder = str(tmp_path)
    desk.press("save")
    dialog = desk.window.chooser.dialog
    assert dialog.selectedFiles()[0] == str(tmp_path / "disc.dino.json")
    dialog.selectFile(str(tmp_path / "mine"))
    with desk.qtbot.waitSignal(desk.window.documents.saved, timeout=10_000):
        dialog.accept()
    doc.add_pin("second")
    with desk.qtbot.waitSignal(desk.window.documents.saved, timeout=10_000):
        desk.press("save")
    file = open_document(tmp_path / "mine.dino.json")
    assert [pin.name for pin in file.parts.pins] == ["horn", "second"]
    assert file.checkpoint.path == "disc.safetensors"
    assert desk.window.settings.recent_documents == [str(tmp_path / "mine.dino.json")]


def test_what_cannot_be_saved_says_why_and_offers_another_place(desk, doc, tmp_path):
    (tmp_path / "file").write_text("in the way")
    desk.window.documents.save_to(tmp_path / "file" / "walk.dino.json")
    notice = desk.explorer.stage.notice
    desk.qtbot.waitUntil(notice.isVisible, timeout=20_000)
    assert notice.sentence.endswith("walk.dino.json could not be written: File exists; choose another place.")
    desk.qtbot.mouseClick(way(desk, "save_as"), Qt.MouseButton.LeftButton)
    assert desk.window.chooser.dialog.windowTitle() == "Save the document"


def test_a_file_whose_name_was_not_confirmed_is_not_replaced(desk, doc, tmp_path):
    (tmp_path / "walk.json.dino.json").write_text("mine")
    (tmp_path / "walk.txt.dino.json").write_text("mine")
    desk.window.documents.save_to(tmp_path / "walk.txt")
    desk.qtbot.waitUntil(desk.explorer.stage.notice.isVisible, timeout=20_000)
    assert desk.explorer.stage.notice.sentence == (
        "walk.txt.dino.json is there already; choose it by its whole name, or another name."
    )
    assert (tmp_path / "walk.txt.dino.json").read_text() == "mine"


def test_a_new_document_begins_anew_in_the_same_checkpoint(desk, doc, tmp_path):
    save(desk, tmp_path / "walk.dino.json")
    desk.press("new")
    desk.wait_for_picture()
    assert desk.explorer.document.pins == ()
    assert title(desk) == "disc – DinoExplorer"
    assert desk.window.documents.bar.isHidden()


def test_keys_of_a_newer_program_survive_opening_and_saving(desk, doc, tmp_path):
    path = save(desk, tmp_path / "walk.dino.json")
    raw = json.loads(path.read_text()) | {"future": [1, 2]}
    path.write_text(json.dumps(raw))
    open_(desk, path).add_pin("more")
    save(desk, path)
    assert json.loads(path.read_text())["future"] == [1, 2]


def test_a_document_opens_its_own_checkpoint_and_shows_the_same_part_of_the_map(desk, doc, write_fake, tmp_path):
    desk.canvas.look_at(0.7, -0.2, 3 * desk.canvas.view_transform.scale)
    view = desk.canvas.view_transform
    path = save(desk, tmp_path / "walk.dino.json")
    pixels = desk.pixels()
    desk.open(write_fake(tmp_path / "other.safetensors", 3, points=40, hue=1.0))
    open_(desk, path)
    assert desk.generator.info.path == tmp_path / "disc.safetensors"
    np.testing.assert_array_equal(desk.pixels(), pixels)
    desk.qtbot.waitUntil(lambda: not desk.canvas.at_home, timeout=10_000)
    shown = desk.canvas.view_transform
    assert (shown.x, shown.y, shown.scale) == pytest.approx((view.x, view.y, view.scale))
    assert title(desk) == "walk – DinoExplorer"


def test_the_whole_map_stays_the_whole_map_in_a_window_of_another_size(desk, doc, tmp_path):
    path = save(desk, tmp_path / "walk.dino.json")
    desk.window.resize(1400, 900)
    desk.wait_for_picture()
    whole = desk.canvas.view_transform
    desk.canvas.look_at(5, 5, 100 * whole.scale)
    open_(desk, path)
    desk.qtbot.waitUntil(lambda: desk.canvas.at_home, timeout=10_000)
    assert desk.canvas.view_transform == whole


@pytest.mark.parametrize("view", [(1e300, 0, 1), (0, 0, 1e300), (0, 0, 1e-300)])
def test_a_view_of_nothing_does_no_harm(desk, doc, tmp_path, view):
    path = save(desk, tmp_path / "walk.dino.json")
    raw = json.loads(path.read_text())
    raw["map"] = dict(zip(("x", "y", "scale"), map(float, view), strict=True))
    path.write_text(json.dumps(raw))
    open_(desk, path)
    assert title(desk) == "walk – DinoExplorer"
    shown = desk.canvas.view_transform
    assert abs(shown.x) < 100
    assert 1e-3 < shown.scale < 1e9
    desk.canvas.grab()


def test_a_document_brings_its_kind_of_map_back(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "deep.safetensors", 5, points=40, method="tsne"))
    desk.explorer.document.add_pin("here")
    path = save(desk, tmp_path / "walk.dino.json")
    raw = json.loads(path.read_text())
    assert raw["map"]["method"] == "tsne"
    raw["map"] |= {"method": "pca", "home": True}
    path.write_text(json.dumps(raw))
    open_(desk, path)
    desk.qtbot.waitUntil(lambda: desk.explorer.map_panel.steering.map.method == "pca", timeout=20_000)


def test_a_moved_checkpoint_is_found_and_told_quietly(desk, doc, write_fake, tmp_path):
    path = save(desk, tmp_path / "walk.dino.json")
    desk.open(write_fake(tmp_path / "other.safetensors", 2, points=40, hue=1.0))
    (tmp_path / "zoo").mkdir()
    moved = (tmp_path / "disc.safetensors").rename(tmp_path / "zoo" / "renamed.safetensors")
    desk.window.settings.recent = [str(moved)]
    open_(desk, path)
    assert desk.generator.info.path == moved
    assert desk.window.status_line.message == f"disc.safetensors was moved; it is now {moved}."
    assert desk.explorer.stage.notice.isHidden()


def test_a_changed_checkpoint_opens_and_is_told_quietly(desk, doc, write_fake, tmp_path):
    path = save(desk, tmp_path / "walk.dino.json")
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=40, hue=2.0))
    open_(desk, path)
    assert desk.window.status_line.message == (
        "disc.safetensors has changed since this place was saved: the picture may differ."
    )


def test_a_missing_checkpoint_is_named_by_the_person(desk, doc, write_fake, tmp_path):
    code = desk.latent
    path = save(desk, tmp_path / "walk.dino.json")
    desk.open(write_fake(tmp_path / "other.safetensors", 2, points=40, hue=1.0))
    (tmp_path / "zoo").mkdir()
    moved = (tmp_path / "disc.safetensors").rename(tmp_path / "zoo" / "renamed.safetensors")
    desk.window.settings.recent = []
    before = desk.explorer.document
    sentence = refusal(desk, lambda: desk.window.documents.open(path))
    assert sentence == (
        f"disc.safetensors is not where it was ({tmp_path / 'disc.safetensors'}); "
        "say where it is now, or put it beside the document."
    )
    assert desk.explorer.document is before
    desk.qtbot.mouseClick(way(desk, "find_checkpoint"), Qt.MouseButton.LeftButton)
    dialog = desk.window.chooser.dialog
    dialog.selectFile(str(moved))
    dialog.accept()
    desk.qtbot.waitUntil(lambda: desk.explorer.document is not before, timeout=20_000)
    np.testing.assert_array_equal(desk.latent, code)
    assert desk.explorer.stage.notice.isHidden()


@pytest.mark.parametrize("dim", [2, 3])
def test_another_model_opens_only_when_a_person_insists_and_it_fits(desk, doc, write_fake, tmp_path, dim):
    code = desk.latent
    path = save(desk, tmp_path / "walk.dino.json")
    other = write_fake(tmp_path / "other.safetensors", dim, points=40, hue=1.0)
    (tmp_path / "disc.safetensors").unlink()
    desk.open(other)
    desk.window.settings.recent = []
    refusal(desk, lambda: desk.window.documents.open(path))
    sentence = refusal(desk, lambda: desk.window.chooser.checkpoint_chosen.emit(other))
    assert sentence == (
        "other.safetensors is not the checkpoint that walk.dino.json was made with: its pictures will differ."
    )
    before = desk.explorer.document
    if dim == 2:
        desk.qtbot.mouseClick(way(desk, "open_anyway"), Qt.MouseButton.LeftButton)
        desk.qtbot.waitUntil(lambda: desk.explorer.document is not before, timeout=20_000)
        np.testing.assert_array_equal(desk.latent, code)
        return
    button = way(desk, "open_anyway")
    sentence = refusal(desk, lambda: desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton))
    assert sentence == (
        "walk.dino.json does not fit: this place has 2 dimensions and this generator takes 3; "
        "open the checkpoint that it was saved with."
    )
    assert desk.explorer.document is before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "walk.dino.json is not a document, or it is cut short or damaged; open another copy."),
        ("{}", "walk.dino.json is not a DinoExplorer document; open a file that ends in .dino.json."),
        (
            '{"version": 9, "checkpoint": {}}',
            "walk.dino.json was written by a newer DinoExplorer (document version 9); update DinoExplorer to open it.",
        ),
    ],
)
def test_a_broken_document_is_one_sentence_and_everything_stays(desk, doc, tmp_path, text, sentence):
    (tmp_path / "walk.dino.json").write_text(text)
    before = desk.pixels()
    assert refusal(desk, lambda: desk.window.documents.open(tmp_path / "walk.dino.json")) == sentence
    assert desk.explorer.document is doc
    desk.explorer.stage.notice.hide()
    np.testing.assert_array_equal(desk.pixels(), before)


def test_a_document_that_is_gone_is_one_sentence(desk, tmp_path):
    sentence = refusal(desk, lambda: desk.window.documents.open(tmp_path / "gone.dino.json"))
    assert sentence == f"{tmp_path / 'gone.dino.json'} is not there; choose a file that is."


# Pictures


def test_a_dropped_picture_brings_its_place_back_as_one_step(desk, doc, tmp_path):
    before, code = desk.pixels(), desk.latent
    picture = export(desk, tmp_path / "kept.png")
    doc.remove_pins([doc.pins[0].key])
    doc.set_locked(1, locked=False)
    desk.press("random")
    away = desk.wait_for_picture()
    steps = desk.undo_steps()
    drop(desk, picture)
    desk.qtbot.waitUntil(lambda: np.array_equal(desk.latent, code), timeout=20_000)
    np.testing.assert_array_equal(desk.wait_for_picture(), before)
    assert [pin.name for pin in doc.pins] == ["horn"]
    assert desk.undo_steps() == steps + 1
    desk.press("undo")
    np.testing.assert_array_equal(desk.wait_for_picture(), away)
    assert doc.pins == ()


def test_a_picture_of_another_checkpoint_opens_that_one(desk, doc, write_fake, tmp_path):
    before, picture = desk.pixels(), export(desk, tmp_path / "kept.png")
    desk.open(write_fake(tmp_path / "other.safetensors", 3, points=40, hue=1.0))
    old = desk.explorer.document
    drop(desk, picture)
    desk.qtbot.waitUntil(lambda: desk.explorer.document is not old, timeout=20_000)
    np.testing.assert_array_equal(forget(desk), before)
    assert [pin.name for pin in desk.explorer.document.pins] == ["horn"]
    assert desk.window.documents.path is None
    assert title(desk) == "disc – DinoExplorer"


def test_a_picture_that_carries_nothing_says_so_and_what_can_be_done_with_it(desk, tmp_path, monkeypatch):
    save_png(tmp_path / "photo.png", GREY)
    Image.fromarray(GREY).save(tmp_path / "photo.jpg")
    for name in ("photo.png", "photo.jpg"):
        assert refusal(desk, lambda name=name: drop(desk, tmp_path / name)) == (
            f"{name} carries no place: it was not saved by DinoExplorer, or another program took it out; "
            "open the document or the checkpoint instead."
        )
    from dataclasses import replace

    monkeypatch.setattr(desk.generator, "info", replace(desk.generator.info, encoder=True))
    assert refusal(desk, lambda: drop(desk, tmp_path / "photo.png")) == (
        "photo.png carries no place, since it was not saved by DinoExplorer or lost it on its way; "
        "drop a folder of pictures on the map to see where disc puts them."
    )


def test_a_picture_with_a_damaged_place_is_one_sentence(desk, tmp_path):
    save_png(tmp_path / "kept.png", GREY, {KEYWORD: '{"version": 1, "checkpoint": 3, "latent": {}}'})
    sentence = refusal(desk, lambda: drop(desk, tmp_path / "kept.png"))
    assert sentence.startswith("kept.png is damaged: checkpoint: ")
    assert sentence.endswith("; open another copy.")


# Lists and starts


def test_recent_documents_are_listed_and_missing_ones_greyed(desk, doc, tmp_path):
    path = save(desk, tmp_path / "walk.dino.json")
    settings = desk.window.settings
    settings.recent_documents = [*settings.recent_documents, str(tmp_path / "gone.dino.json")]
    desk.window._on_checkpoints_wanted()
    menu = desk.window.top_bar.checkpoint.choices()
    entries = {action.data(): action for action in menu.actions() if action.data()}
    assert entries[str(path)].text() == f"walk   –   {tmp_path}"
    assert entries[str(path)].isChecked()
    desk.qtbot.waitUntil(lambda: not entries[str(tmp_path / "gone.dino.json")].isEnabled(), timeout=20_000)
    desk.press("reset")
    desk.press("new")
    before = desk.explorer.document
    entries[str(path)].trigger()
    desk.qtbot.waitUntil(lambda: desk.explorer.document is not before, timeout=20_000)
    assert [pin.name for pin in desk.explorer.document.pins] == ["horn"]


@pytest.mark.parametrize("kind", ["document", "picture"])
def test_a_portrait_of_a_document_shows_its_place(desk, doc, fake_renderer, tmp_path, kind):
    expected = desk.generator.decode(desk.latent[None])[0]
    path = save(desk, tmp_path / "walk.dino.json") if kind == "document" else export(desk, tmp_path / "kept.png")
    out, said = tmp_path / "out" / "window.png", []
    checkpoint = tmp_path / "disc.safetensors" if kind == "picture" else None
    code = app.run(checkpoint, "cpu", out, document=path, say=said.append, complain=said.append, renderer=fake_renderer)
    assert code == 0, said
    with Image.open(out.with_name("window-dinosaur.png")) as image:
        np.testing.assert_array_equal(np.asarray(image), expected)


def test_a_portrait_of_a_document_without_its_checkpoint_says_why(desk, doc, fake_renderer, tmp_path):
    path = save(desk, tmp_path / "walk.dino.json")
    (tmp_path / "disc.safetensors").unlink()
    said = []
    out = tmp_path / "window.png"
    assert app.run(None, "cpu", out, document=path, complain=said.append, renderer=fake_renderer) == 1
    assert said[0].startswith("disc.safetensors is not where it was (")
