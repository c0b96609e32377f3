"""The list of sliders at hundreds of dimensions."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from dinoexplorer.generators import LatentSpec
from dinoexplorer.ui.latent_panel.latent_rows import LatentRows


def spec_of(dim: int) -> LatentSpec:
    importance = np.random.default_rng(0).random(dim).astype(np.float32)
    return LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32), importance=importance)


@pytest.fixture
def rows(qtbot):
    rows = LatentRows()
    qtbot.addWidget(rows)
    rows.resize(300, 640)
    rows.set_spec(spec_of(512))
    rows.show()
    qtbot.waitExposed(rows)
    return rows


def test_512_dimensions_need_only_the_rows_that_are_seen(rows):
    bar = rows.verticalScrollBar()
    for value in range(0, bar.maximum(), 777):
        bar.setValue(value)
    assert rows.pool_size() <= 640 // 32 + 2
    assert bar.maximum() == 512 * 32 - rows.viewport().height()


def test_the_most_important_dimension_comes_first(rows):
    order = spec_of(512).order()
    assert [row.dimension for row in rows.visible_rows()][:20] == order[:20].tolist()


def test_scrolling_takes_less_than_a_frame(rows):
    bar, times = rows.verticalScrollBar(), []
    for value in range(0, 6000, 97):
        started = time.thread_time()
        bar.setValue(value)
        rows.viewport().repaint()
        times.append(time.thread_time() - started)
    assert np.median(times) < 0.016


def test_rows_show_the_values_of_their_dimensions_after_scrolling(rows):
    latent = np.arange(512, dtype=np.float32) / 10
    rows.show_values(latent, np.arange(512) % 2 == 0)
    rows.verticalScrollBar().setValue(5000)
    for row in rows.visible_rows():
        assert row.box.value() == pytest.approx(latent[row.dimension])
        assert row.lock.isChecked() == (row.dimension % 2 == 0)


def test_tab_walks_on_beyond_the_last_row_that_is_seen(rows):
    rows.activateWindow()
    last = rows.visible_rows()[-2]
    last.lock.setFocus()
    order = spec_of(512).order().tolist()
    expected = order[order.index(last.dimension) + 1]
    before = rows.verticalScrollBar().value()
    rows.focusNextPrevChild(True)
    assert QApplication.focusWidget() is rows.reveal(expected).slider
    assert rows.verticalScrollBar().value() >= before


def test_the_filter_keeps_only_the_names_that_hold_the_text(rows):
    rows.filter("z51")
    assert {row.dimension for row in rows.visible_rows()} == {50, 509, 510, 511}
    rows.filter("")
    assert rows.verticalScrollBar().maximum() > 10_000


def test_a_value_beyond_the_natural_range_extends_it(rows):
    latent = np.zeros(512, np.float32)
    row = rows.visible_rows()[0]
    latent[row.dimension] = 25.0
    rows.show_values(latent, np.zeros(512, bool))
    assert row.slider.bounds() == (-4.0, 25.0)


def test_a_slider_says_which_dimension_was_edited_after_scrolling(rows, qtbot):
    rows.verticalScrollBar().setValue(3333)
    row = rows.visible_rows()[5]
    with qtbot.waitSignal(rows.value_edited) as edited:
        qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    assert edited.args[0] == row.dimension


@pytest.mark.parametrize(
    ("typed", "taken"), [("1,5", 1.5), ("-2e-3", -0.002), ("nan", None), ("inf", None), ("x", None)]
)
def test_what_is_typed_is_a_finite_number_or_forgotten(rows, qtbot, typed, taken):
    row = rows.visible_rows()[0]
    rows.show_values(np.full(512, 0.25, np.float32), np.zeros(512, bool))
    row.box.setFocus()
    row.box.selectAll()
    edited = []
    rows.value_edited.connect(lambda _dimension, value: edited.append(value))
    qtbot.keyClicks(row.box, typed)
    qtbot.keyClick(row.box, Qt.Key.Key_Return)
    assert edited == ([] if taken is None else [taken])
    assert row.box.text() == ("0.250" if taken is None else f"{taken:.3f}")
