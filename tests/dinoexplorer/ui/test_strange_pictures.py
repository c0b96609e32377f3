"""Pictures judged in the window: sorted by strangeness, looked at closely, marked, copied, saved as a table."""

from __future__ import annotations

import csv
import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from dinoexplorer.generators import open_generator
from dinoexplorer.latent.anomaly.judging import Judge
from dinoexplorer.latent.anomaly.reading import read_pictures
from dinoexplorer.latent.anomaly.seeing import Eye
from dinoexplorer.latent.anomaly.strangeness import SCORES
from dinoexplorer.resources import resource_path
from dinoexplorer.ui.anomaly.strange_model import STRANGE


@pytest.fixture
def desk(deep_desk, tmp_path):
    """A window in which a small autoencoder is open, with usual pictures of which it knows nothing."""
    save_many(tmp_path / "usual", 24)
    return deep_desk


@pytest.fixture
def folder(tmp_path):
    """Seven pictures like the usual ones, one in one loud colour, and one that cannot be read."""
    save_many(tmp_path / "new", 7, seed=5)
    Image.new("RGB", (50, 40), (250, 0, 250)).save(tmp_path / "new" / "loud.png")
    (tmp_path / "new" / "broken.jpg").write_bytes(b"\xff\xd8\xff" + bytes(200))
    (tmp_path / "new" / "notes.txt").write_text("no picture")
    return tmp_path / "new"


def save_many(folder, count, seed=0):
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    for number in range(count):
        base = np.full((40, 40, 3), (120, 140, 160), np.uint8) + rng.integers(0, 30, (40, 40, 3), dtype=np.uint8)
        Image.fromarray(base).save(folder / f"plain-{number:03}.png")


def shown(desk, tmp_path):
    """The panel, with a folder that says what is usual."""
    desk.press("anomaly")
    anomaly = desk.explorer.desks.anomaly
    anomaly._set_usual(tmp_path / "usual")
    return anomaly.panel


def judged(desk, folder, tmp_path):
    """The panel once all is judged."""
    panel = shown(desk, tmp_path)
    drop(panel, folder)
    wait_until_done(desk)
    return panel


def wait_until_done(desk):
    work = desk.explorer.desks.anomaly.work
    desk.qtbot.waitUntil(lambda: not work.working, timeout=60_000)


def drop(panel, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    panel.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))


def names(panel):
    return [panel.board.view.strange.index(row, 0).data() for row in range(panel.board.view.strange.rowCount())]


def select(panel, *wanted):
    model = panel.board.view.strange
    pictures = np.array(
        [number for number, path in enumerate(panel.board.ranking.files) if path.name in wanted], np.intp
    )
    chosen = panel.board.view.selectionModel()
    chosen.select(model.selection_of(pictures), chosen.SelectionFlag.ClearAndSelect)


def answer(desk, path):
    """Give a file dialog its answer."""
    dialog = desk.explorer.desks.anomaly.chooser.dialog
    (dialog.filesSelected if dialog.fileMode() == QFileDialog.FileMode.ExistingFiles else dialog.fileSelected).emit(
        [str(path)] if dialog.fileMode() == QFileDialog.FileMode.ExistingFiles else str(path)
    )
    dialog.close()


def test_a_dropped_folder_is_sorted_as_the_command_does_it(desk, folder, tmp_path):
    panel = judged(desk, folder, tmp_path)

    generator = open_generator(desk.generator.info.path)
    usual = sorted((tmp_path / "usual").iterdir())
    judge = Judge(Eye(generator), read_pictures(usual, generator.info, [])[1])
    files, images = read_pictures(sorted(folder.glob("*.png")), generator.info, [])
    wanted = sorted(zip(judge.judge(images), files, strict=True), key=lambda pair: -pair[0].strangeness.value)
    assert names(panel) == [path.name for _, path in wanted]
    assert names(panel)[0] == "loud.png"
    assert panel.board.ranking.values()[panel.board.view.strange.order].tolist() == pytest.approx(
        [verdict.strangeness.value for verdict, _ in wanted], rel=1e-3
    )
    assert panel.sentence.startswith("8 pictures judged; 1 could not be read, such as this: broken.jpg ")
    assert panel.board.figures.endswith(" of 8 strange; line above 92 % of usual ones")


def test_the_strangest_is_shown_large_with_heat_and_words(desk, folder, tmp_path):
    panel = judged(desk, folder, tmp_path)
    detail = panel.detail
    desk.qtbot.waitUntil(lambda: detail.rebuilt.picture is not None, timeout=20_000)
    assert detail.name.text() == "loud.png"
    assert detail.words.startswith("Stranger than all of 12 usual pictures. Reconstruction\N{NO-BREAK SPACE}")
    heated = detail.view.grab().toImage()
    assert detail.rebuilt.picture.shape == (32, 32, 3)
    assert detail.difference.picture.shape == (32, 32, 3)

    desk.qtbot.keyClick(panel.board.view, Qt.Key.Key_H)
    assert not detail.heat.isChecked()
    plain = detail.view.grab().toImage()
    assert plain.pixelColor(plain.rect().center()).name() == "#fa00fa"
    assert plain != heated
    detail.heat.click()
    detail.opacity.setValue(0)
    assert detail.view.grab().toImage() == plain


def test_each_score_sorts_and_has_its_own_line(desk, folder, tmp_path):
    panel = judged(desk, folder, tmp_path)
    together = panel.board.threshold
    for key, score in zip((Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4), SCORES, strict=True):
        desk.qtbot.keyClick(panel.board.view, key)
        assert panel.board.score == score
        values = panel.board.ranking.values(score)[panel.board.view.strange.order]
        assert (np.diff(values) <= 0).all()
        assert panel.board.threshold == pytest.approx(np.quantile(panel.board.judge.usual(score), 0.95))
    panel.board.histogram.moved.emit(7.0)
    desk.qtbot.mouseClick(panel.board.tabs.buttons["together"], Qt.MouseButton.LeftButton)
    assert panel.board.threshold == together
    panel.board.set_score(SCORES[-1])
    assert panel.board.threshold == 7


def test_the_line_is_dragged_and_moved_by_keys_and_home_puts_it_back(desk, folder, tmp_path):
    panel = judged(desk, folder, tmp_path)
    histogram, first = panel.board.histogram, panel.board.threshold
    highest = panel.board.ranking.values().max()
    middle = histogram.height() // 2
    places = [QPoint(round(histogram.place_of(value)), middle) for value in (first, highest)]
    desk.drag(histogram, [places[0], places[1] - QPoint(2, 0)])
    assert first < panel.board.threshold < highest
    assert panel.board.figures == "1 of 8 strange; line above 100 % of usual ones"
    assert histogram.accessibleDescription() == panel.board.figures
    assert [panel.board.view.strange.index(row, 0).data(STRANGE) for row in range(8)] == [True] + 7 * [False]
    before = panel.board.threshold
    desk.qtbot.keyClick(histogram, Qt.Key.Key_Left)
    assert panel.board.threshold < before
    desk.qtbot.keyClick(histogram, Qt.Key.Key_Home)
    assert panel.board.threshold == first


def test_marks_decide_what_is_copied_and_are_written_into_the_table(desk, folder, tmp_path):
    panel = judged(desk, folder, tmp_path)
    panel.board.histogram.moved.emit(float(panel.board.ranking.values().max()) - 1e-6)
    assert [path.name for path in panel.board.strange()] == ["loud.png"]
    select(panel, "loud.png")
    desk.qtbot.keyClick(panel.board.view, Qt.Key.Key_U)
    assert panel.board.strange() == []
    assert not panel.copy.isEnabled()
    select(panel, "plain-001.png", "plain-004.png")
    desk.qtbot.keyClick(panel.board.view, Qt.Key.Key_X)
    out = tmp_path / "out"
    out.mkdir()
    (out / "plain-001.png").write_text("was there")
    desk.qtbot.keyClick(panel.board.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    answer(desk, out)
    desk.qtbot.waitUntil(lambda: panel.sentence == f"2 strange pictures copied to {out}.", timeout=20_000)
    assert sorted(path.name for path in out.iterdir()) == ["plain-001-2.png", "plain-001.png", "plain-004.png"]
    assert (out / "plain-001.png").read_text() == "was there"

    desk.qtbot.keyClick(panel.board.view, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    answer(desk, tmp_path / "table.csv")
    desk.qtbot.waitUntil(lambda: panel.sentence == f"Saved {tmp_path / 'table.csv'}.", timeout=20_000)
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text().splitlines()))
    assert [row["picture"] for row in rows] == [str(folder / name) for name in names(panel)]
    marks = {row["picture"].rpartition("/")[2]: row["marked"] for row in rows if row["marked"]}
    assert marks == {"loud.png": "usual", "plain-001.png": "strange", "plain-004.png": "strange"}
    select(panel, "loud.png")
    desk.qtbot.keyClick(panel.board.view, Qt.Key.Key_Delete)
    assert panel.board.strange()[0].name == "loud.png"


def test_cancel_keeps_what_is_judged(desk, tmp_path):
    save_many(tmp_path / "many", 400)
    panel = shown(desk, tmp_path)
    drop(panel, tmp_path / "many")
    desk.qtbot.waitUntil(lambda: len(panel.board.ranking) > 0, timeout=60_000)
    assert "pictures/s" in panel.sentence
    assert "left" in panel.sentence
    panel.board.view.selectAll()
    panel.board.mark("strange")
    assert panel.board.strange()
    assert not panel.copy.isEnabled()  # one thing after the other
    panel.cancel.click()
    assert panel.copy.isEnabled()
    count = len(panel.board.ranking)
    assert 0 < count < 400
    assert panel.sentence == f"Stopped after {count} of 400."
    assert not panel.cancel.isVisible()
    assert len(names(panel)) == count
    assert panel.save.isEnabled()
    desk.qtbot.keyClick(panel, Qt.Key.Key_Escape)
    desk.press("anomaly")
    assert len(names(panel)) == count


def test_closing_the_panel_ends_the_judging_and_a_window_that_is_closed_leaves_no_thread(desk, tmp_path):
    save_many(tmp_path / "many", 300)
    panel = shown(desk, tmp_path)
    drop(panel, tmp_path / "many")
    desk.qtbot.waitUntil(lambda: len(panel.board.ranking) > 0, timeout=60_000)
    desk.qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert not desk.explorer.desks.anomaly.work.working
    desk.window.close()


def test_closing_the_panel_ends_the_copying_and_says_so(desk, folder, tmp_path, monkeypatch):
    panel, ready = judged(desk, folder, tmp_path), threading.Event()
    monkeypatch.setattr(
        "dinoexplorer.picture_copies.shutil.copy2", lambda _path, place: (ready.wait(10), place.write_bytes(b""))
    )
    panel.copy.click()
    answer(desk, tmp_path / "copies")
    assert desk.explorer.desks.anomaly.copying.working
    assert panel.cancel.isVisible()
    with desk.qtbot.waitSignal(desk.explorer.desks.anomaly.told) as told:
        desk.qtbot.keyClick(panel, Qt.Key.Key_Escape)
    ready.set()
    assert told.args == ["stopped; what was copied so far stays"]
    assert not desk.explorer.desks.anomaly.copying.working
    desk.press("anomaly")
    assert not panel.cancel.isVisible()
    assert panel.copy.isEnabled()


def test_what_is_selected_stays_selected_while_the_grid_grows(desk, folder, tmp_path):
    panel = judged(desk, folder, tmp_path)
    select(panel, "plain-003.png")
    found = panel.board.ranking.found[panel.board.ranking.files.index(folder / "loud.png")]
    panel.board.ranking.add([(folder / "another.png", found)])
    panel.board.view.follow()
    (number,) = panel.board.view.chosen().tolist()
    assert panel.board.ranking.files[number].name == "plain-003.png"
    assert panel.marks.isEnabled()


def test_where_nothing_tells_what_is_usual_it_says_where_to_name_it(desk, folder):
    desk.press("anomaly")
    panel = desk.explorer.desks.anomaly.panel
    drop(panel, folder)
    wait_until_done(desk)
    assert panel.choose.isVisible()
    assert panel.sentence == (
        "deep.safetensors does not say which pictures it was trained on, so nothing tells what is usual; name usual "
        "pictures that it has not seen under Usual pictures."
    )


def test_a_folder_without_readable_pictures_is_one_sentence(desk, tmp_path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "broken.png").write_bytes(b"nothing")
    panel = judged(desk, tmp_path / "bad", tmp_path)
    assert panel.sentence == "The picture could not be read: broken.png is not a picture in a known format."
    drop(panel, tmp_path / "usual" / "..." / "gone")
    wait_until_done(desk)
    assert panel.sentence.endswith("gone is not there; check the name.")


def test_the_menus_ask_for_folders_and_offer_datasets(desk, folder, tmp_path, settings):
    settings.remember_dataset(folder)
    panel = shown(desk, tmp_path)
    actions = {action.text(): action for action in panel.pictures.choices().actions()}
    actions["The dataset new"].trigger()
    wait_until_done(desk)
    assert len(panel.board.ranking) == 8
    actions = {action.text(): action for action in panel.pictures.choices().actions()}
    actions["Choose pictures…"].trigger()
    answer(desk, folder / "loud.png")
    wait_until_done(desk)
    assert names(panel) == ["loud.png"]
    trained, other = panel.usual.choices().actions()
    assert (trained.isChecked(), other.isChecked(), other.text()) == (False, True, "usual, another folder…")


def test_another_model_forgets_what_the_first_one_judged(desk, folder, tmp_path, plane_checkpoint):
    panel = judged(desk, folder, tmp_path)
    desk.open(plane_checkpoint)
    desk.qtbot.waitUntil(lambda: names(panel) == [], timeout=20_000)
    assert panel.hint == "Another model is open now; choose pictures to have it judge them."
    assert panel.choose.isVisible()
    assert panel.board.figures == ""
    assert panel.usual.choices().actions()[0].isChecked()


def test_a_generator_without_an_encoder_says_so(desk):
    desk.open(resource_path("checkpoints", "drawings.safetensors"))
    desk.press("anomaly")
    assert desk.explorer.stage.notice.sentence == (
        "drawings.safetensors has no encoder, so it cannot tell what is strange to it; open an autoencoder that was "
        "trained on the usual pictures."
    )


def test_name_and_words_are_those_of_the_picture_that_is_shown(desk, folder, tmp_path):
    panel = judged(desk, folder, tmp_path)
    detail = panel.detail
    desk.qtbot.waitUntil(lambda: detail.name.text() == "loud.png", timeout=20_000)
    before = detail.rebuilt.picture
    desk.qtbot.keyClick(panel.board.view, Qt.Key.Key_Right)
    assert detail.name.text() == "loud.png"
    assert detail.rebuilt.picture is before
    desk.qtbot.waitUntil(lambda: detail.name.text() == names(panel)[1], timeout=20_000)
    assert detail.rebuilt.picture is not before


def test_a_picture_that_has_gone_meanwhile_is_one_sentence(desk, folder, tmp_path):
    panel = judged(desk, folder, tmp_path)
    desk.qtbot.waitUntil(lambda: panel.detail.name.text() == "loud.png", timeout=20_000)
    second = names(panel)[1]
    (folder / second).unlink()
    desk.qtbot.keyClick(panel.board.view, Qt.Key.Key_Right)
    desk.qtbot.waitUntil(lambda: panel.detail.name.text() == second, timeout=20_000)
    assert panel.detail.view.accessibleDescription() == f"{folder / second} is not there."
    assert panel.detail.rebuilt.picture is None
