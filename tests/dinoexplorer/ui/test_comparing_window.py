"""Several generators in the place of the picture: what a person sees, chooses and saves."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

PATIENCE = 30_000


@pytest.fixture
def comparing(desk):
    """A desk that compares; nothing stands beside the disc yet."""
    desk.press("compare")
    return desk


@pytest.fixture
def add(comparing, write_fake, tmp_path):
    """Adds a fake beside the disc and returns its cell once it is open."""

    def add_one(name, dim=2, **more):
        path = write_fake(tmp_path / f"{name}.safetensors", dim, points=0, **more)
        lineup = comparing.window.desks.compare.lineup
        lineup.add([path])
        cell = lineup.cells[-1]
        comparing.qtbot.waitUntil(lambda: not cell.opening, timeout=PATIENCE)
        return cell

    return add_one


def generator_of(desk, cell):
    return desk.window.desks.compare.lineup.generator(cell.key)


def shows(desk, cell, image):
    """Wait until a cell shows an image of the generator's own size."""

    def there():
        frame = cell.view.frame
        if frame is None or frame.image is None or cell.sentence:
            return False
        side = frame.image.shape[0]
        index = np.arange(side) * image.shape[0] // side
        return side == cell.view.side() and np.array_equal(frame.image[..., :3], image[index][:, index])

    desk.qtbot.waitUntil(there, timeout=PATIENCE)


def drop(widget, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    middle, none = widget.rect().center(), Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(middle, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    event = QDropEvent(QPointF(middle), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(widget, event)


def test_one_key_makes_a_grid_with_a_place_for_the_next(desk):
    QTest.keyClick(desk.window, Qt.Key.Key_C)
    grid = desk.explorer.stage.cells
    assert grid.comparing
    assert grid.add_tile.isVisible()
    assert desk.window.desks.compare.bar.isVisible()
    assert grid.caption.title == "disc"
    QTest.keyClick(desk.window, Qt.Key.Key_C)
    assert not grid.comparing
    assert not desk.window.desks.compare.bar.isVisible()
    assert not grid.add_tile.isVisible()


def test_the_picture_alone_is_as_large_as_before_comparing(desk):
    before = desk.view.side()
    for _ in range(2):
        desk.press("compare")
        QApplication.processEvents()
    assert desk.view.side() == before


def test_one_drag_moves_all(comparing, add):
    first, second = add("first", hue=1.0), add("second", hue=2.0)
    points = [comparing.place(x, 0.5) for x in (-1.0, -0.5, 0.2, 1.0)]
    comparing.drag(comparing.canvas, points)
    comparing.wait_for_picture()
    for cell in (first, second):
        shows(comparing, cell, generator_of(comparing, cell).decode(comparing.latent[None])[0])


def test_the_grid_uses_its_room(comparing, add):
    cells = [add(f"number-{number}") for number in range(8)]
    assert sorted(comparing.explorer.stage.cells.shape_of_grid) == [3, 3]
    QApplication.processEvents()
    sides = {cell.view.side() for cell in cells} | {comparing.view.side()}
    assert max(sides) - min(sides) <= 2
    assert comparing.window.desks.compare.lineup.room == 0
    comparing.window.desks.compare._fill_add()
    actions = [
        action for action in comparing.window.desks.compare.bar.add.choices().actions() if not action.isSeparator()
    ]
    assert {action.isEnabled() for action in actions} == {False}
    assert {action.toolTip() for action in actions} == {"Nine are the most; remove one first."}


def test_one_with_longer_codes_says_why_it_shows_nothing_and_offers_the_picture(comparing, add):
    add("same", hue=1.0)
    longer = add("longer", dim=5, encoder=True)
    assert longer.sentence == "Its codes have 5 numbers, not 2. Compare by the same picture."
    assert longer.view.frame is None
    longer.chosen.emit(longer.key, "picture")
    assert comparing.window.desks.compare.way == "picture"
    generator = generator_of(comparing, longer)
    shown = comparing.generator.decode(comparing.latent[None])
    shows(comparing, longer, generator.decode(generator.encode(shown))[0])


def test_a_way_that_none_can_go_is_left_and_cannot_be_chosen(comparing, add):
    add("longer", dim=5, encoder=True)
    bar = comparing.window.desks.compare.bar
    assert comparing.window.desks.compare.way == "picture"
    assert not bar.ways["code"].isEnabled()
    assert bar.note == "Same code: none of the others takes a code of 2 numbers like this."
    add("same")
    assert bar.ways["code"].isEnabled()
    assert bar.note == ""


def test_no_frame_of_the_other_way_comes_after_a_switch(comparing, add):
    same = add("same", hue=1.0)
    longer = add("longer", dim=5, encoder=True)
    comparing.window.desks.compare._choose_way("picture")
    shown = comparing.generator.decode(comparing.latent[None])
    other = generator_of(comparing, longer)
    shows(comparing, longer, other.decode(other.encode(shown))[0])
    other.gate.clear()
    comparing.click_map(1.0, 0.4)
    comparing.wait_for_picture()
    comparing.window.desks.compare._choose_way("code")
    other.gate.set()
    shows(comparing, same, generator_of(comparing, same).decode(comparing.latent[None])[0])
    comparing.qtbot.waitUntil(lambda: not comparing.window.desks.compare.companions.busy, timeout=PATIENCE)
    QApplication.processEvents()
    assert longer.sentence == "Its codes have 5 numbers, not 2. Compare by the same picture."


def test_a_file_that_does_not_open_says_so_in_its_place(comparing, tmp_path):
    (tmp_path / "notes.txt").write_text("not a checkpoint")
    drop(comparing.explorer.stage.cells, tmp_path / "notes.txt")
    lineup = comparing.window.desks.compare.lineup
    comparing.qtbot.waitUntil(lambda: bool(lineup.cells) and bool(lineup.cells[0].sentence), timeout=PATIENCE)
    assert lineup.cells[0].sentence == "notes.txt is a text file, not a checkpoint; choose a .safetensors file."
    lineup.cells[0].chosen.emit(lineup.cells[0].key, "remove")
    assert lineup.cells == ()
    assert comparing.explorer.stage.cells.add_tile.isVisible()


def test_a_checkpoint_that_is_dropped_on_the_grid_is_added_and_the_main_one_stays(comparing, write_fake, tmp_path):
    path = write_fake(tmp_path / "dropped.safetensors", 2, points=0)
    drop(comparing.explorer.stage.cells, path)
    lineup = comparing.window.desks.compare.lineup
    comparing.qtbot.waitUntil(lambda: lineup.paths == (path,), timeout=PATIENCE)
    assert comparing.generator.info.name == "disc"
    assert comparing.window.settings.recent[0] == str(path)


def test_cells_move_and_go_and_their_memory_is_given_back(comparing, add):
    cells = [add(name) for name in ("a", "b", "c")]
    lineup = comparing.window.desks.compare.lineup
    cells[2].head.choose("left")
    assert [path.stem for path in lineup.paths] == ["a", "c", "b"]
    cells[0].head.choose("right")
    assert [path.stem for path in lineup.paths] == ["c", "a", "b"]
    gone = weakref.ref(generator_of(comparing, cells[0]))
    cells[0].head.choose("remove")
    assert [path.stem for path in lineup.paths] == ["c", "b"]
    gc.collect()
    comparing.qtbot.waitUntil(lambda: gone() is None, timeout=PATIENCE)


def test_one_made_the_main_one_changes_places_with_it_and_keeps_the_code(comparing, add):
    add("a")
    other = add("b", hue=1.0)
    comparing.click_map(1.0, 0.4)
    comparing.wait_for_picture()
    code = comparing.latent
    with comparing.qtbot.waitSignal(comparing.window.ready, timeout=PATIENCE):
        other.head.choose("main")
    lineup = comparing.window.desks.compare.lineup
    comparing.qtbot.waitUntil(lambda: [path.stem for path in lineup.paths] == ["a", "disc"], timeout=PATIENCE)
    assert comparing.generator.info.name == "b"
    assert comparing.explorer.stage.cells.caption.title == "b"
    np.testing.assert_array_equal(comparing.latent, code)
    cell = lineup.cells[1]
    comparing.qtbot.waitUntil(lambda: not cell.opening, timeout=PATIENCE)
    shows(comparing, cell, generator_of(comparing, cell).decode(code[None])[0])


def test_ending_gives_the_memory_back_and_beginning_again_brings_all_back(comparing, add):
    gone = weakref.ref(generator_of(comparing, add("a")))
    comparing.press("compare")
    gc.collect()
    comparing.qtbot.waitUntil(lambda: gone() is None, timeout=PATIENCE)
    comparing.press("compare")
    assert [path.stem for path in comparing.window.desks.compare.lineup.paths] == ["a"]


def test_a_picture_file_is_brought_back_by_all_until_somebody_moves_on(new_desk, write_fake, tmp_path, save_pictures):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "main.safetensors", 2, points=60, encoder=True))
    desk.press("compare")
    path = write_fake(tmp_path / "other.safetensors", 5, points=0, encoder=True)
    desk.window.desks.compare.lineup.add([path])
    cell = desk.window.desks.compare.lineup.cells[0]
    desk.qtbot.waitUntil(lambda: not cell.opening, timeout=PATIENCE)
    picture = save_pictures(tmp_path / "in")[0]
    drop(desk.explorer.stage.cells, picture)
    desk.qtbot.waitUntil(lambda: desk.window.desks.compare.originals.name == picture.name, timeout=PATIENCE)
    with Image.open(picture) as image:
        seen = np.asarray(image.resize((64, 64), Image.Resampling.LANCZOS, reducing_gap=3.0))
    np.testing.assert_allclose(desk.latent, desk.generator.encode(seen[None])[0], atol=1e-5)
    other = generator_of(desk, cell)
    shows(desk, cell, other.decode(other.encode(seen[None]))[0])
    assert desk.window.desks.compare.bar.original.text() == picture.name
    desk.press("random")
    desk.wait_for_picture()
    shown = desk.generator.decode(desk.latent[None])
    shows(desk, cell, other.decode(other.encode(shown))[0])
    assert desk.window.desks.compare.bar.original.text() == "as shown"
    assert desk.undo_steps() == 2


def test_what_is_seen_is_saved_as_one_sheet(comparing, add, tmp_path):
    add("a", hue=1.0)
    compare, out = comparing.window.desks.compare, tmp_path / "out" / "sheet.png"
    compare.bar.saving_chosen.emit("sheet")
    assert compare.saver.dialog is not None
    with comparing.qtbot.waitSignal(compare.saver.saved, timeout=PATIENCE):
        compare.saver.dialog.fileSelected.emit(str(out))
    compare.saver.dialog.close()
    with Image.open(out) as sheet:
        assert sheet.width > 2 * 192
    assert comparing.window.status_line.message == f"saved {out}"
    assert comparing.window.settings.save_folder == str(out.parent)


def test_a_sheet_that_is_cancelled_is_not_written(comparing, tmp_path):
    import threading

    saver, entered, go_on = comparing.window.desks.compare.saver, threading.Event(), threading.Event()

    def work(progress):
        entered.set()
        go_on.wait(20)
        progress(1, 2)
        return np.zeros((4, 4, 3), np.uint8)

    saver.save(tmp_path / "never.png", work)
    assert entered.wait(20)
    comparing.window.desks.compare.progress.cancel_button.click()
    assert not saver.working
    go_on.set()
    saver.close()
    assert not (tmp_path / "never.png").exists()


def test_a_sheet_that_cannot_be_written_says_so(comparing, add, tmp_path):
    add("a")
    compare = comparing.window.desks.compare
    (tmp_path / "file").write_text("")
    compare.saver.save(tmp_path / "file" / "sheet.png", lambda _progress: np.zeros((4, 4, 3), np.uint8))
    comparing.qtbot.waitUntil(lambda: "could not be written" in compare.progress.text, timeout=PATIENCE)


def test_a_grid_is_painted_in_every_cell(comparing, add):
    cell = add("a", hue=3.0)
    shows(comparing, cell, generator_of(comparing, cell).decode(comparing.latent[None])[0])
    grid = comparing.explorer.stage.cells
    image = grid.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    middle = cell.view.mapTo(grid, QPoint(cell.view.width() // 2, cell.view.height() // 2))
    shown = cell.view.frame.image
    expected = shown[shown.shape[0] // 2, shown.shape[1] // 2, :3]
    got = image.pixelColor(middle)
    np.testing.assert_allclose((got.red(), got.green(), got.blue()), expected, atol=2)


# the table


@pytest.fixture
def form(comparing):
    form = comparing.window.desks.compare.form
    form.ask([])
    comparing.qtbot.waitUntil(lambda: bool(form.problem), timeout=PATIENCE)
    return form


def test_the_form_says_what_is_wrong(form):
    assert form.problem == "There is no run with checkpoints yet; train one, or add checkpoints side by side."
    form.save.click()
    assert form.problem == "Choose at least one run."


@pytest.mark.parametrize(
    ("seeds", "rows", "sentence"),
    [
        ("1, two", "3", "Seeds are whole numbers with commas between them, at most 64: 1, 2, 3."),
        ("", "3", "Seeds are whole numbers with commas between them, at most 64: 1, 2, 3."),
        ("1", "0", "The number of steps is a whole number from 1 to 40."),
    ],
)
def test_the_form_refuses_what_is_no_number(add, form, seeds, rows, sentence):
    form.ask([add("a").path, add("b").path])
    form.seeds.setText(seeds)
    form.rows.setText(rows)
    form.save.click()
    assert form.problem == sentence
    assert form.isVisible()


def test_the_form_makes_a_table_of_what_stands_side_by_side(comparing, make_checkpoint, tmp_path, qtbot):
    from dinoexplorer.generators import open_generator

    compare, out = comparing.window.desks.compare, tmp_path / "table.png"
    paths = [make_checkpoint("one", dim=2), make_checkpoint("two", dim=5, seed=1)]
    compare._open = open_generator
    form = compare.form
    form.ask(paths)
    form.seeds.setText("1 2")
    form.save.click()
    assert not form.isVisible()
    with qtbot.waitSignal(compare.saver.saved, timeout=60_000):
        compare.saver.dialog.fileSelected.emit(str(out))
    compare.saver.dialog.close()
    with Image.open(out) as sheet:
        assert sheet.width > 120 + 2 * 192
