"""The column of runs: order, filter, keys, menu, and what lives through news."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from dinoexplorer.runs.views import RunRow
from dinoexplorer.ui.train.run_offers import offers
from dinoexplorer.ui.train.run_states import course_text
from dinoexplorer.ui.train.runs_list import RunsList, second_line

HOME = Path("/runs")


def new_row(name: str, state: str = "finished", **values) -> RunRow:
    values = {"title": name, "recipe": "vae-64", "data": "drawings", "started": 100.0} | values
    return RunRow(folder=HOME / name, family="vae", state=state, **values)


ROWS = (
    new_row("second", "queued", queue_place=2, started=400.0, total_steps=10),
    new_row("first", "queued", queue_place=1, started=300.0, total_steps=10),
    new_row("old", started=50.0, images_seen=64_000, recipe="dcgan-32"),
    new_row("young", "failed", started=90.0, reason="The device ran out of memory; batch_size 8 would fit."),
    new_row("live", "running", started=10.0, step=41, total_steps=100, seconds_left=720.0, checkpoint=HOME / "x"),
)


@pytest.fixture
def runs(qtbot):
    widget = RunsList()
    widget.resize(300, 500)
    qtbot.addWidget(widget, before_close_func=RunsList.close_down)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def titles(widget) -> list[str]:
    return [row.title for row in widget.model.rows]


def heard(signal) -> list:
    got: list = []
    signal.connect(lambda *values: got.append(values if len(values) > 1 else values[0]))
    return got


def test_what_runs_is_on_top_then_what_waits_then_the_newest(runs):
    runs.set_rows(ROWS)
    assert titles(runs) == ["live", "first", "second", "young", "old"]


def test_an_empty_list_says_what_to_do(runs):
    assert runs.empty_text == "Looking for runs…"
    runs.set_rows(())
    assert runs.empty_text == "No runs yet. Choose a recipe and press Start; the run appears here."
    runs.set_rows(ROWS)
    assert not runs.empty_text


def test_a_filter_looks_at_title_recipe_data_and_state(runs, qtbot):
    runs.set_rows(ROWS)
    for text, found in (("DCGAN", ["old"]), ("drawings failed", ["young"]), ("queued", ["first", "second"])):
        runs.filter_field.setText(text)
        assert titles(runs) == found
    assert runs.count_label.text() == "2 of 5 runs"
    runs.filter_field.setText("nothing like it")
    assert runs.empty_text == "No run matches “nothing like it”. Escape clears the filter."
    qtbot.keyClick(runs.filter_field, Qt.Key.Key_Escape)
    assert len(titles(runs)) == 5


@pytest.mark.parametrize(
    ("field", "key", "text", "ours"),
    [
        (True, Qt.Key.Key_Escape, "", True),  # clears the filter
        (False, Qt.Key.Key_Escape, "", False),  # leads back out of the place
        (False, Qt.Key.Key_Space, " ", True),
        (False, Qt.Key.Key_F, "f", True),  # searches by letter
        (False, Qt.Key.Key_F11, "", False),
    ],
)
def test_keys_of_the_window_step_back_only_where_they_mean_something_here(runs, field, key, text, ours):
    runs.filter_field.setText("x")
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier, text)
    event.ignore()
    runs.eventFilter(runs.filter_field if field else runs.view, event)
    assert event.isAccepted() is ours


def test_down_leads_from_the_filter_to_the_runs_and_return_opens(runs, qtbot):
    runs.set_rows(ROWS)
    opened = heard(runs.opened)
    qtbot.keyClick(runs.filter_field, Qt.Key.Key_Down)
    assert runs.selection()[0].title == "live"
    qtbot.keyClick(runs.view, Qt.Key.Key_Return)
    assert opened == [HOME / "live"]


def test_a_click_selects_and_a_double_click_opens(runs, qtbot):
    runs.set_rows(ROWS)
    opened, selected = heard(runs.opened), heard(runs.selected)
    place = runs.view.visualRect(runs.model.index_of(HOME / "young")).center()
    qtbot.mouseClick(runs.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert selected == [(HOME / "young",)]
    qtbot.mouseDClick(runs.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == [HOME / "young"]


def test_selection_stays_when_a_new_run_comes_and_when_one_moves(runs):
    runs.set_rows(ROWS)
    runs.select((HOME / "old", HOME / "first"))
    selected = heard(runs.selected)
    changed = tuple(replace(row, state="running") if row.title == "first" else row for row in ROWS)
    runs.set_rows((new_row("newest", "running", started=999.0), *changed))
    assert {row.title for row in runs.selection()} == {"old", "first"}
    runs.set_rows(tuple(row for row in changed if row.title != "old"))
    assert [row.title for row in runs.selection()] == ["first"]
    assert selected[-1] == (HOME / "first",)


def test_what_is_seen_stays_in_place_while_runs_come_on_top(runs):
    many = tuple(new_row(f"run {number}", started=float(number)) for number in range(100))
    runs.set_rows(many)
    runs.view.verticalScrollBar().setValue(1003)
    index = runs.view.indexAt(QPoint(5, 5))
    before = runs.model.row_at(index).title, runs.view.visualRect(index).top()
    runs.set_rows((*(new_row(f"late {number}", started=1000.0 + number) for number in range(7)), *many))
    index = runs.view.indexAt(QPoint(5, 5))
    assert (runs.model.row_at(index).title, runs.view.visualRect(index).top()) == before


def test_a_list_at_its_top_stays_there(runs):
    many = tuple(new_row(f"run {number}", started=float(number)) for number in range(100))
    runs.set_rows(many)
    runs.set_rows((new_row("late", "running", started=1000.0), *many))
    assert runs.model.row_at(runs.view.indexAt(QPoint(5, 5))).title == "late"


def editor_of(runs) -> QLineEdit:
    return runs.view.viewport().findChild(QLineEdit)


def test_a_title_is_edited_where_it_stands_and_news_leave_it_alone(runs, qtbot):
    runs.set_rows(ROWS)
    runs.select((HOME / "live",))
    renamed, opened = heard(runs.rename_wanted), heard(runs.opened)
    qtbot.keyClick(runs.view, Qt.Key.Key_F2)
    editor = editor_of(runs)
    assert editor.selectedText() == "live"
    qtbot.keyClicks(editor, "Best  one")
    runs.set_rows(tuple(replace(row, step=50) if row.title == "live" else row for row in ROWS))
    assert editor.text() == "Best  one"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(renamed), timeout=20_000)  # Qt commits an edit in its next turn
    assert renamed == [(HOME / "live", "Best one")]
    assert titles(runs)[0] == "Best one"
    assert not opened


@pytest.mark.parametrize("typed", ["", "   ", "live"])
def test_an_empty_or_unchanged_title_renames_nothing(runs, qtbot, typed):
    runs.set_rows(ROWS)
    runs.select((HOME / "live",))
    renamed = heard(runs.rename_wanted)
    qtbot.keyClick(runs.view, Qt.Key.Key_F2)
    editor = editor_of(runs)
    editor.setText(typed)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor_of(runs) is None, timeout=20_000)
    assert not renamed
    assert titles(runs)[0] == "live"


def test_an_edited_title_stays_until_there_is_news_of_its_run(runs):
    runs.set_rows(ROWS)
    runs.model.setData(runs.model.index_of(HOME / "old"), "Renamed")
    runs.set_rows(ROWS)
    assert "Renamed" in titles(runs)
    runs.set_rows(tuple(replace(row) for row in ROWS))
    assert "Renamed" not in titles(runs)


def test_delete_takes_only_what_waits_out_of_the_queue(runs, qtbot):
    runs.set_rows(ROWS)
    unqueued = heard(runs.unqueue_wanted)
    runs.select((HOME / "live",))
    qtbot.keyClick(runs.view, Qt.Key.Key_Delete)
    assert not unqueued
    runs.select((HOME / "live", HOME / "first", HOME / "second", HOME / "old"))
    qtbot.keyClick(runs.view, Qt.Key.Key_Delete)
    assert unqueued == [HOME / "first", HOME / "second"]


def test_alt_and_arrows_move_in_the_queue(runs, qtbot):
    runs.set_rows(ROWS)
    moved = heard(runs.move_wanted)
    runs.select((HOME / "second",))
    qtbot.keyClick(runs.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    runs.select((HOME / "first",))
    qtbot.keyClick(runs.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # already the first
    qtbot.keyClick(runs.view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert moved == [(HOME / "second", 1), (HOME / "first", 2)]


def test_compare_takes_two_to_nine_runs(runs, qtbot):
    many = tuple(new_row(f"run {number}", started=float(number)) for number in range(10))
    runs.set_rows(many)
    compared = heard(runs.compare_wanted)
    for count, enabled in ((1, False), (2, True), (9, True), (10, False)):
        runs.select(tuple(row.folder for row in many[:count]))
        assert runs.compare.isEnabled() is enabled
    assert runs.compare.toolTip() == "Select 2 to 9 runs to compare them"
    runs.select((many[0].folder, many[3].folder))
    qtbot.mouseClick(runs.compare, Qt.MouseButton.LeftButton)
    assert compared == [(many[3].folder, many[0].folder)]


def test_the_menu_offers_what_fits_the_selection(runs):
    def offered(*rows: RunRow) -> set[str]:
        return {offer.name for offer in offers(rows) if offer.name and offer.enabled}

    stopped = new_row("stopped", "stopped", checkpoint=HOME / "last")
    assert offered(stopped) == {"open", "rename", "rerun", "resume", "folder"}
    assert offered(replace(stopped, checkpoint=None)) == {"open", "rename", "rerun", "folder"}
    assert offered(ROWS[0]) == {"open", "rename", "rerun", "first", "earlier", "later", "unqueue"}
    assert offered(stopped, ROWS[0]) == {"compare", "resume", "unqueue"}
    runs.set_rows((stopped,))
    runs.select((stopped.folder,))
    wanted = [heard(runs.resume_wanted), heard(runs.rerun_wanted), heard(runs.open_folder_wanted)]
    runs.fill(runs.more.choices())
    for action in runs.more.choices().actions():
        if action.objectName() in {"resume", "rerun", "folder"}:
            action.trigger()
    assert wanted == [[stopped.folder]] * 3


def test_the_second_line_tells_course_and_reason():
    assert course_text(ROWS[4]) == "running · 41 % · 12 min left"
    assert course_text(ROWS[1]) == "queued, next"
    assert course_text(ROWS[0]) == "queued, place 2"
    assert course_text(ROWS[3]) == "failed · The device ran out of memory; batch_size 8 would fit."
    assert course_text(ROWS[2]) == "finished · 64,000 images"
    assert course_text(new_row("x", "preparing", phase="reading pictures")) == "reading pictures"
    assert course_text(new_row("x", "stopped", step=3, total_steps=0)) == "stopped"


def test_where_room_is_short_the_recipe_is_cut_first(qapp):
    metrics = QFontMetrics(QFont())
    line = second_line("a-recipe-of-some-length", "running · 41 %", metrics, metrics.horizontalAdvance("m" * 16))
    assert line.startswith("a-re")
    assert line.endswith("… · running · 41 %")
    assert second_line("recipe", "done", metrics, 1000) == "recipe · done"


def test_a_screen_reader_hears_a_run_whole(runs):
    runs.set_rows(ROWS)
    index = runs.model.index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "live, vae-64, running · 41 % · 12 min left"
    for widget in (runs.view, runs.filter_field, runs.compare, runs.more):
        assert widget.accessibleName()


def test_a_thumbnail_is_read_in_a_thread_and_painted(runs, qtbot, tmp_path):
    path = tmp_path / "step-000001.png"
    image = QImage(274, 138, QImage.Format.Format_RGB32)
    image.fill(QColor(250, 10, 20))
    image.save(str(path))
    runs.set_rows((new_row("red", thumbnail=path), new_row("gone", thumbnail=tmp_path / "no.png")))

    def painted() -> bool:
        shot = runs.view.viewport().grab().toImage()
        return any(shot.pixelColor(30, y) == QColor(250, 10, 20) for y in range(0, shot.height(), 5))

    qtbot.waitUntil(painted, timeout=20_000)


def test_five_thousand_rows_are_shown_filtered_and_renewed_at_once(runs):
    many = tuple(
        new_row(f"run {number}", started=float(number % 911), images_seen=number, best=math.nan)
        for number in range(5000)
    )
    times = []
    runs.set_rows(many)
    for step in range(5):
        news = (replace(many[0], state="running", step=step), *many[1:])
        began = time.process_time()
        runs.set_rows(news)
        times.append(time.process_time() - began)
    began = time.process_time()
    runs.filter_field.setText("run 49")
    times.append(time.process_time() - began)
    assert min(times[:5]) < 0.016
    assert times[5] < 0.1
    assert len(titles(runs)) == sum("49" in row.title for row in many)
