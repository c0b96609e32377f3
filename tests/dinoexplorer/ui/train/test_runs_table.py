"""The history of runs as a table: order by every column, and the same wishes as the list."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit

from dinoexplorer.runs.views import RunRow
from dinoexplorer.ui.train.amounts import day_text
from dinoexplorer.ui.train.runs_model import COLUMNS
from dinoexplorer.ui.train.runs_table import RunsTable

HOME = Path("/runs")
ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


def new_row(name: str, state: str = "finished", **values) -> RunRow:
    values = {"title": name, "recipe": "vae-64", "data": "drawings", "started": 100.0} | values
    return RunRow(folder=HOME / name, family="vae", state=state, **values)


ROWS = (
    new_row("b", started=300.0, best=0.25, images_seen=50, rate=9.0),
    new_row("C", "queued", queue_place=1, started=200.0),
    new_row("a", "running", started=100.0, best=0.5, images_seen=1_200_000, rate=120.0, seconds_left=90 * 60),
)


@pytest.fixture
def runs(qtbot):
    widget = RunsTable()
    widget.resize(1000, 400)
    qtbot.addWidget(widget, before_close_func=RunsTable.close_down)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def titles(widget) -> list[str]:
    return [row.title for row in widget.model.rows]


def heard(signal) -> list:
    got: list = []
    signal.connect(lambda *values: got.append(values if len(values) > 1 else values[0]))
    return got


def test_the_newest_run_is_on_top_at_first(runs):
    runs.set_rows(ROWS)
    assert titles(runs) == ["b", "C", "a"]


def test_a_cell_says_what_is_known_and_a_dash_what_is_not(runs):
    runs.set_rows(ROWS)
    place = titles(runs).index("a")
    cells = dict(zip(COLUMNS, (runs.model.index(place, column).data() for column in range(9)), strict=True))
    moment = time.strftime("%Y-%m-%d", time.localtime(100.0))
    assert cells == {
        "Run": "a", "Recipe": "vae-64", "Data": "drawings", "State": "running", "Images seen": "1,200,000",
        "Best": "0.5", "Images/s": "120", "Time left": "1 h 30 min", "Started": moment,
    }  # fmt: skip
    assert runs.model.index(titles(runs).index("C"), COLUMNS.index("Best")).data() == "–"


def test_best_is_ordered_from_better_to_worse_among_runs_that_judge_alike(runs):
    judged = {"judged": "evaluate/psnr"}
    runs.set_rows((
        new_row("dull", best=20.0, **judged), new_row("sharp", best=28.0, **judged), new_row("none", **judged),
        new_row("high", best=0.5), new_row("low", best=0.25),
    ))  # fmt: skip
    runs.model.sort(COLUMNS.index("Best"), ASCENDING)
    assert titles(runs) == ["sharp", "dull", "low", "high", "none"]
    place = titles(runs).index("sharp")
    assert "best evaluate/psnr 28" in runs.model.index(place, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_a_day_is_said_as_a_person_says_it():
    now = datetime.now().astimezone().replace(hour=12, minute=1)
    days = [(now - timedelta(days=count)) for count in (0, 1, 2)]
    texts = [day_text(day.timestamp(), now.date()) for day in days]
    assert texts == ["today 12:01", "yesterday", f"{days[2]:%Y-%m-%d}"]
    assert day_text(0) == ""


def test_headings_explain_themselves_and_the_tool_tip_has_the_minute(runs):
    runs.set_rows(ROWS)
    tip = runs.model.headerData(COLUMNS.index("Best"), Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("Best value of what the run judges itself by (evaluate.best)")
    assert "started 1970-01-0" in runs.model.index(titles(runs).index("a"), 8).data(Qt.ItemDataRole.ToolTipRole)


def test_every_column_orders_both_ways(runs):
    runs.set_rows(ROWS)
    for column, ascending in (("Run", "abC"), ("Images seen", "Cba"), ("State", "aCb"), ("Started", "aCb")):
        runs.order_by(COLUMNS.index(column), ASCENDING)
        assert "".join(titles(runs)) == ascending
        runs.order_by(COLUMNS.index(column), DESCENDING)
        assert "".join(titles(runs)) == ascending[::-1]


def test_what_is_not_known_comes_last_either_way(runs):
    runs.set_rows(ROWS)
    runs.order_by(COLUMNS.index("Best"), ASCENDING)
    assert titles(runs) == ["b", "a", "C"]
    runs.order_by(COLUMNS.index("Best"), DESCENDING)
    assert titles(runs) == ["a", "b", "C"]


def test_a_heading_is_pressed_to_order_and_the_menu_does_the_same(runs, qtbot):
    runs.set_rows(ROWS)
    header = runs.view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(0) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    by_heading = titles(runs)
    assert by_heading in (["a", "b", "C"], ["C", "b", "a"])
    runs.do("order 0")
    assert titles(runs) == by_heading[::-1]
    runs.fill(runs.more.choices())
    texts = [action.text() for action in runs.more.choices().actions()[-1].menu().actions()]
    assert texts == list(COLUMNS)


def test_order_selection_and_place_stay_through_news(runs):
    many = tuple(new_row(f"run {number:03}", started=float(number), images_seen=number) for number in range(200))
    runs.set_rows(many)
    runs.order_by(COLUMNS.index("Run"), ASCENDING)
    runs.select((HOME / "run 100",))
    runs.view.verticalScrollBar().setValue(2001)
    seen = runs.model.row_at(runs.view.indexAt(QPoint(9, 9))).title
    runs.set_rows((new_row("aaa", started=999.0), *(replace(row, images_seen=7) for row in many)))
    assert [row.title for row in runs.selection()] == ["run 100"]
    assert runs.model.row_at(runs.view.indexAt(QPoint(9, 9))).title == seen
    assert titles(runs)[:2] == ["aaa", "run 000"]


def test_keys_and_signals_are_those_of_the_list(runs, qtbot):
    runs.set_rows(ROWS)
    opened, unqueued, renamed = heard(runs.opened), heard(runs.unqueue_wanted), heard(runs.rename_wanted)
    compared, selected = heard(runs.compare_wanted), heard(runs.selected)
    runs.select((HOME / "C",))
    qtbot.keyClick(runs.view, Qt.Key.Key_Delete)
    qtbot.keyClick(runs.view, Qt.Key.Key_Return)
    qtbot.keyClick(runs.view, Qt.Key.Key_F2)
    editor = runs.view.viewport().findChild(QLineEdit)
    editor.setText("D")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(renamed), timeout=20_000)
    qtbot.keyClick(runs.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(runs.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (opened, unqueued, renamed) == ([HOME / "C"], [HOME / "C"], [(HOME / "C", "D")])
    assert compared == [(HOME / "b", HOME / "C", HOME / "a")]
    assert selected[0] == (HOME / "C",)


def test_titles_take_what_the_other_columns_leave(runs, qtbot):
    runs.set_rows(ROWS)
    assert not runs.view.horizontalScrollBar().isVisible()
    runs.resize(1900, 500)
    qtbot.waitUntil(lambda: runs.view.columnWidth(0) > 900, timeout=20_000)


def test_five_thousand_rows_are_ordered_without_lag(runs):
    many = tuple(
        new_row(f"run {number * 7919 % 5000}", started=float(number), images_seen=number * 31 % 977, best=math.nan)
        for number in range(5000)
    )
    runs.set_rows(many)
    runs.view.selectAll()
    runs.select((HOME / "run 3",))
    times = []
    for column in range(len(COLUMNS)):
        began = time.process_time()
        runs.order_by(column, ASCENDING)
        times.append(time.process_time() - began)
    assert sorted(times)[len(times) // 2] < 0.05
    began = time.process_time()
    for value in range(0, 100_000, 2_000):
        runs.view.verticalScrollBar().setValue(value)
        runs.view.viewport().grab()
    assert (time.process_time() - began) / 50 < 0.05
