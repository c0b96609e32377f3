"""What a screen reader hears, and what it can do."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6 import QtGui


@pytest.fixture
def heard(monkeypatch):
    """What is announced."""
    texts = []

    if not hasattr(QtGui, "QAccessibleAnnouncementEvent"):
        pytest.skip("this PySide6 cannot announce")
    reader = SimpleNamespace(updateAccessibility=lambda event: texts.append(event.message()))
    monkeypatch.setattr(QtGui, "QAccessible", reader)
    return texts


def test_a_slider_tells_its_value_and_not_its_position(desk):
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    desk.explorer.document.set_value(row.dimension, 0.75)
    desk.wait_for_picture()
    assert row.slider.accessibleDescription() == "0.750"


def test_a_screen_reader_can_set_a_slider(desk):
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    row.slider.setValue(row.slider.maximum())
    desk.wait_for_picture()
    assert desk.latent[row.dimension] == pytest.approx(row.slider.bounds()[1])
    assert row.box.value() == pytest.approx(row.slider.bounds()[1])


def test_a_value_that_is_shown_edits_nothing(desk):
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    before = desk.latent
    row.slider.set_value(1.25, locked=False)
    assert desk.latent is before


def test_notices_and_messages_are_read_out(desk, heard):
    desk.explorer.stage.notice.tell("It does not open.", {})
    desk.window.status_line.tell("saved here")
    desk.window.status_line.tell("")
    assert heard == ["It does not open.", "saved here"]


def test_without_a_way_to_announce_everything_is_shown_all_the_same(desk, monkeypatch):
    monkeypatch.delattr(QtGui, "QAccessibleAnnouncementEvent", raising=False)
    desk.window.status_line.tell("saved here")
    assert desk.window.status_line.message == "saved here"
