"""Pins as marks on the map, and codes that are dropped on the map and on the picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from dinoexplorer.ui.code_mime import mime_of


def marked(desk, count):
    """The marks, once there are so many."""
    marks = desk.canvas.pin_marks
    desk.qtbot.waitUntil(lambda: len(marks.places) == count, timeout=10_000)
    return marks


def dropped(widget, data, at=QPoint(20, 20)):  # noqa: B008
    """Drop as a person would; returns whether it was taken."""
    held = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, QDragEnterEvent(at, Qt.DropAction.CopyAction, data, *held))
    event = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, *held)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_a_pin_is_marked_where_it_lies_and_named_under_the_pointer(desk):
    document = desk.explorer.document
    before = desk.canvas.grab().toImage()
    document.add_pin("horn", np.array([1.5, -1.25], np.float32))
    marks = marked(desk, 1)
    np.testing.assert_allclose(marks.places, [[1.5, -1.25]])
    at = desk.place(1.5, -1.25)
    text = desk.canvas.palette().text().color().name()
    assert before.pixelColor(at).name() != text
    assert desk.canvas.grab().toImage().pixelColor(at).name() == text
    desk.qtbot.mouseMove(desk.canvas, at)
    desk.qtbot.waitUntil(marks.label.isVisible, timeout=10_000)
    assert marks.label.text() == "horn"
    desk.qtbot.mouseMove(desk.canvas, QPoint(3, 3))
    desk.qtbot.waitUntil(marks.label.isHidden, timeout=10_000)


def test_marks_move_with_the_projection_and_go_with_their_pins(desk, write_fake, tmp_path):
    desk.open(write_fake(tmp_path / "wide.safetensors", 8, points=60))
    document, steering = desk.explorer.document, desk.explorer.map_panel.steering
    codes = document.spec.sample(3, 1)
    document.add_pins([("", code) for code in codes])
    marks = marked(desk, 3)
    axes, mean = steering.map.inverse["axes"], steering.map.inverse["mean"]
    np.testing.assert_allclose(marks.places, (codes - mean) @ axes.T, rtol=1e-4, atol=1e-5)
    document.remove_pins([document.pins[0].key])
    marked(desk, 2)
    desk.explorer.map_panel.set_map(None, "")
    assert len(marks.places) == 0
    desk.explorer.map_panel.set_map(steering, "")
    marked(desk, 2)


def test_a_thousand_marks_are_painted(desk):
    document = desk.explorer.document
    document.add_pins([("", code) for code in document.spec.sample(1000, 3)])
    marked(desk, 1000)
    assert not desk.canvas.grab().isNull()


def test_a_code_that_is_dropped_on_the_map_or_the_picture_is_gone_to_in_one_step(desk):
    for number, widget in enumerate((desk.canvas, desk.view)):
        code, steps = np.array([0.5 + number, -1], np.float32), desk.undo_steps()
        assert dropped(widget, mime_of([("horn", code)]))
        np.testing.assert_array_equal(desk.latent, code)
        assert desk.undo_steps() == steps + 1
        assert desk.explorer.document.entries[-1].what == "went to horn"


def test_a_file_over_the_map_or_the_picture_is_the_windows(desk, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "other.safetensors"))])
    for widget in (desk.canvas, desk.view):
        enter = QDragEnterEvent(
            QPoint(20, 20), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        desk.window.status_line.tell("")
        QApplication.sendEvent(widget, enter)
        assert desk.window.status_line.message == "drop to open other.safetensors"


def test_a_code_of_another_model_that_is_dropped_on_the_map_is_refused(desk):
    before = desk.latent
    dropped(desk.canvas, mime_of([("horn", np.zeros(9, np.float32))]))
    assert desk.latent is before
    assert desk.explorer.pins.panel.notice.sentence.startswith("What was dropped are no codes of 2 numbers")
