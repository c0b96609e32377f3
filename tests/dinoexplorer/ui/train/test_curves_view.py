"""The curves of a run: what is drawn, what stays, what is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from dinoexplorer.ui.train.curve_maths import log10, padded_range, panel_of, smoothed, thinned, value_at
from dinoexplorer.ui.train.curves_view import CurvesView
from dinoexplorer.ui.train.figures import short_number
from dinoexplorer.ui.train.metric_groups import folded


def course(count: int = 100, seed: int = 0) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(seed)
    x = np.arange(1, count + 1, dtype=np.int64) * 64
    noise = rng.normal(0, 0.05, count)
    return {
        "loss/total": (x, 5 * np.exp(-x / x[-1] * 4) + 0.5 + noise),
        "loss/kl": (x, 1 + noise),
        "lr": (x, np.full(count, 1e-3)),
        "held_out/total": (x[::10], 4 * np.exp(-x[::10] / x[-1] * 4) + 0.6),
    }


@pytest.fixture
def view(qtbot) -> CurvesView:
    view = CurvesView()
    qtbot.addWidget(view)
    view.resize(800, 420)
    view.show()
    view.set_curves("/runs/a", "A", course())
    yield view
    view.close_down()


def drawn(view: CurvesView) -> dict[str, list[str]]:
    return {panel.name: [one.name for one in panel.series] for panel in view.plot.panels}


def test_smoothing_is_the_corrected_moving_average():
    values = np.random.default_rng(1).normal(size=500)
    total = weight = 0.0
    expected = []
    for value in values:
        total, weight = 0.9 * total + value, 0.9 * weight + 1
        expected.append(total / weight)
    np.testing.assert_allclose(smoothed(values, 0.9), expected, rtol=1e-10)
    assert smoothed(values, 0) is values


def test_a_gap_stays_a_gap_and_counts_for_nothing():
    values = np.array([1.0, np.nan, 1.0, np.inf, 1.0])
    np.testing.assert_allclose(smoothed(values, 0.5), [1, np.nan, 1, np.nan, 1])


def test_thinning_keeps_the_extremes_of_each_column_and_the_ends():
    x = np.arange(100_000, dtype=np.int64)
    y = np.zeros(100_000)
    y[54_321], y[54_322], y[70_000] = 9, -7, np.nan
    thin_x, thin_y = thinned(x, y, 0, 99_999, 500)
    assert thin_x.size <= 2 * 502
    assert np.all(np.diff(thin_x) >= 0)
    assert (np.nanmax(thin_y), np.nanmin(thin_y)) == (9, -7)
    assert (thin_x[0], thin_x[-1]) == (0, 99_999)


def test_few_points_are_left_as_they_are_with_a_neighbour_on_both_sides():
    x = np.arange(0, 100, 10, dtype=np.int64)
    thin_x, _ = thinned(x, x * 1.0, 25, 55, 100)
    assert thin_x.tolist() == [20, 30, 40, 50, 60]


def test_small_helpers_of_the_plot():
    assert value_at(np.array([10, 20]), np.array([1.0, 2.0]), 14.0) == 1.0
    assert np.isnan(value_at(np.array([], int), np.array([]), 3.0))
    assert padded_range([np.array([np.nan])]) == (0.0, 1.0)
    assert padded_range([np.array([0.0, 0.0])]) == (-1.0, 1.0)
    assert np.isnan(log10(np.array([0.0, -1.0]))).all()
    known = ("loss/total", "accuracy/real", "held_out/total", "held_out/real", "held_out/patches")
    assert [panel_of(name, known) for name in known[2:]] == ["loss", "accuracy", "held_out"]
    texts = [short_number(v) for v in (0.05, 12345, 1.25e6, float("nan"), 0, 1e-5)]
    assert texts == ["0.05", "12.3k", "1.25M", "–", "0", "1.00e-05"]


def test_at_first_the_loss_is_drawn_against_held_out_pictures(view):
    assert drawn(view) == {"loss": ["loss/total", "held_out/total"]}
    assert view.list.value_text("lr") == "0.001"


def test_a_gan_shows_both_sides(view):
    names = ("loss/discriminator", "accuracy/real", "loss/generator", "held_out/total")
    view.set_curves("/runs/b", "B", {name: (np.arange(5), np.arange(5) + 1.0) for name in names})
    assert drawn(view) == {"loss": ["loss/discriminator", "loss/generator"], "accuracy": ["accuracy/real"]}


def test_a_check_box_draws_a_metric_in_a_panel_of_its_kind(qtbot, view):
    qtbot.mouseClick(view.list.boxes["lr"], Qt.MouseButton.LeftButton)
    assert drawn(view) == {"loss": ["loss/total", "held_out/total"], "lr": ["lr"]}
    qtbot.mouseClick(view.list.boxes["loss/total"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.list.boxes["held_out/total"], Qt.MouseButton.LeftButton)
    assert drawn(view) == {"lr": ["lr"]}
    view.set_curves("/runs/a", "A", course(120) | {"loss/new": (np.arange(3), np.ones(3))})
    assert drawn(view) == {"lr": ["lr"]}


def test_numbered_metrics_are_folded_until_they_are_wanted(qtbot, view):
    numbered = {f"held_out/kl/z{number}": (np.arange(3), np.ones(3)) for number in (10, 2, 0, 1)}
    view.set_curves("/runs/a", "A", course() | numbered)
    (fold,) = view.list.folds.values()
    assert (fold.text(), fold.isChecked()) == ("kl, z0 to z10", False)
    assert not numbered.keys() & view.list.boxes.keys()
    qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert [name for name in view.list.boxes if name in numbered] == [f"held_out/kl/z{n}" for n in (0, 1, 2, 10)]
    assert view.list.value_text("held_out/kl/z2") == "1"
    qtbot.mouseClick(view.list.boxes["held_out/kl/z2"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(next(iter(view.list.folds.values())), Qt.MouseButton.LeftButton)
    assert not numbered.keys() & view.list.boxes.keys()
    assert next(iter(view.list.folds.values())).text() == "kl, z0 to z10  (1 drawn)"
    assert "held_out/kl/z2" in view.list.chosen()


def test_a_few_numbered_metrics_stay_as_they_are():
    assert folded(["loss/l1", "loss/l2", "loss/total"]) == ["loss/l1", "loss/l2", "loss/total"]
    family = folded([f"kl/z{number}" for number in range(48)])
    assert [(entry.label, entry.name) for entry in family] == [("z0 to z47", "kl/z0 to z47")]


def test_before_the_first_step_it_says_so(view):
    assert view.none_text == ""
    view.set_curves("/runs/b", "B", {})
    assert view.none_text == "No curves yet. They begin with the first steps."
    assert not view.plot.isVisible()


def test_the_whole_course_grows_and_a_zoom_stays(qtbot, view):
    assert view.plot.shown_range == (64, 6400)
    view.set_curves("/runs/a", "A", course(200))
    assert view.plot.shown_range == (64, 12_800)
    qtbot.keyClick(view.plot, Qt.Key.Key_Plus)
    zoomed = view.plot.shown_range
    assert zoomed[1] - zoomed[0] < 9000
    assert (view.plot.mode, view.whole.isChecked()) == ("free", False)
    view.set_curves("/runs/a", "A", course(300))
    assert view.plot.shown_range == zoomed
    qtbot.mouseClick(view.whole, Qt.MouseButton.LeftButton)
    assert view.plot.shown_range == (64, 19_200)
    assert view.whole.isChecked()


def test_follow_keeps_the_newest_point_at_the_edge(qtbot, view):
    qtbot.mouseClick(view.follow, Qt.MouseButton.LeftButton)
    low, high = view.plot.shown_range
    assert high == 6400
    view.set_curves("/runs/a", "A", course(200))
    assert view.plot.shown_range == (12_800 - (high - low), 12_800)
    assert view.follow.isChecked()


def test_the_keyboard_moves_and_returns(qtbot, view):
    qtbot.keyClick(view.plot, Qt.Key.Key_Plus)
    low, _ = view.plot.shown_range
    qtbot.keyClick(view.plot, Qt.Key.Key_Right)
    assert view.plot.shown_range[0] > low
    qtbot.keyClick(view.plot, Qt.Key.Key_End)
    assert view.plot.mode == "follow"
    qtbot.keyClick(view.plot, Qt.Key.Key_Home)
    assert view.plot.mode == "whole"


def test_the_wheel_zooms_around_the_pointer(qtbot, view):
    at = view.plot.panels[0].box.sceneBoundingRect().center()
    none = Qt.MouseButton.NoButton
    event = QWheelEvent(
        at,
        QPointF(view.plot.viewport().mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 240),
        none,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.plot.viewport(), event)
    low, high = view.plot.shown_range
    assert 64 < low < high < 6400
    assert view.plot.mode == "free"


def test_the_pointer_reads_all_values_at_its_place(qtbot, view):
    area = view.plot.panels[0].box.sceneBoundingRect()
    qtbot.mouseMove(view.plot.viewport(), area.center().toPoint())
    x, y = course()["loss/total"]
    place = 64 + (area.center().toPoint().x() - area.left()) / area.width() * (6400 - 64)
    assert view.list.value_text("loss/total") == short_number(value_at(x, y, place))
    view.plot._set_hover(None)
    assert view.list.value_text("loss/total") == short_number(y[-1])


def test_smoothing_draws_the_raw_values_behind(qtbot, view):
    view.smoothing.setFocus()
    qtbot.keyClick(view.smoothing, Qt.Key.Key_End)
    assert view.amount() == pytest.approx(0.999)
    one = view.plot.panels[0].series[0]
    assert one.raw is course()["loss/total"][1] or np.array_equal(one.raw, course()["loss/total"][1])
    assert np.ptp(one.y) < np.ptp(one.raw)


def test_a_logarithmic_scale_leaves_gaps_for_what_is_not_positive(qtbot, view):
    x = np.arange(4, dtype=np.int64)
    view.set_curves("/runs/c", "C", {"loss/total": (x, np.array([100.0, 0.0, 10.0, 1.0]))})
    qtbot.mouseClick(view.log, Qt.MouseButton.LeftButton)
    low, high = view.plot.panels[0].box.viewRange()[1]
    assert (low, high) == pytest.approx((-0.12, 2.12))
    view.plot.grab()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_points_are_drawn_without_a_fault(view, count):
    view.set_curves("/runs/d", "D", {"loss/total": (np.arange(count), np.ones(count))})
    view.plot.grab()


def test_nothing_at_all_is_drawn_without_a_fault(view):
    view.set_curves("/runs/d", "D", {})
    view.plot.grab()
    assert drawn(view) == {}


def test_a_hundred_thousand_points_come_to_the_plot_as_few(view):
    view.set_curves("/runs/e", "E", course(100_000))
    line = view.plot.panels[0]._lines["loss/total"][1]
    assert line.getData()[0].size <= 2 * (view.plot.width() + 2)
    view.plot.grab()


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_figure_is_written_whole(qtbot, view, tmp_path, kind):
    with qtbot.waitSignal(view.told) as told:
        view.export.save(tmp_path / f"a.{kind}")
    assert told.args == [f"Saved a.{kind}"]
    assert [path.name for path in tmp_path.iterdir()] == [f"a.{kind}"]
    if kind == "png":
        assert QImage(str(tmp_path / "a.png")).width() == 2 * view.plot.viewport().width()
    else:
        assert "held_out/total" in (tmp_path / "a.svg").read_text("utf-8")


def test_a_figure_that_cannot_be_written_says_why(qtbot, view, tmp_path):
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "a.png"
    with qtbot.waitSignal(view.told) as told:
        view.export.save(Path(path))
    assert told.args[0].startswith(f"{path} could not be written: ")
    assert told.args[0].endswith("; choose another place.")
