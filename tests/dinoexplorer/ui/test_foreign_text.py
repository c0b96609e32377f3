"""Names that others gave: markup, ampersands, and no end to them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from dinoexplorer.ui.texts import as_tool_tip

LONG = (*(f"Dinosaur with a very long name, number {number} of many" for number in range(23)), "W" * 132)


@pytest.fixture
def crowded(new_desk, write_fake, tmp_path):
    """A small window with a map of many long class names."""
    desk = new_desk((1024, 640))
    desk.open(write_fake(tmp_path / f"{'checkpoint-' * 12}.safetensors", 2, points=60, classes=LONG))
    return desk


def test_many_long_class_names_leave_the_map_its_room(crowded):
    panel = crowded.explorer.map_panel
    assert crowded.window.minimumSizeHint().width() <= 1024
    assert crowded.canvas.height() >= 200
    assert panel.legend.height() <= panel.height() * 0.25
    assert panel.legend.verticalScrollBar().maximum() > 0
    assert max(toggle.width() for toggle in panel.legend.toggles()) < 200


def test_a_cut_name_is_whole_in_its_tool_tip(crowded):
    toggle = crowded.explorer.map_panel.legend.toggles()[-1]
    assert toggle.text().endswith("…")
    assert "W" * 132 in toggle.toolTip()
    button = crowded.window.top_bar.checkpoint
    assert button.text().endswith("…")
    assert button.width() <= 300
    assert str(crowded.generator.info.path) in button.toolTip()


def test_a_few_short_names_take_no_more_than_they_need(desk):
    legend = desk.explorer.map_panel.legend
    assert legend.verticalScrollBar().maximum() == 0
    assert all(toggle.visibleRegion().boundingRect() == toggle.rect() for toggle in legend.toggles())


def test_markup_and_ampersands_in_names_are_shown_as_they_are(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "<b>T & R<b>.safetensors", 2, points=60, classes=("<i>a & b</i>", "c")))
    bar, legend = desk.window.top_bar, desk.explorer.map_panel.legend
    assert bar.checkpoint.text() == "<b>T && R<b>"
    assert "&lt;b&gt;T &amp; R&lt;b&gt;" in bar.checkpoint.toolTip()
    assert legend.toggles()[0].text() == "<i>a && b</i>"
    desk.window._on_checkpoints_wanted()
    assert any(action.text().startswith("<b>T && R<b>") for action in bar.checkpoint.choices().actions())
    desk.window.status_line.tell("<b>saved</b>")
    desk.explorer.stage.notice.tell("<b>no</b>", {})
    shown = [label for label in desk.window.findChildren(QLabel) if "<" in label.text()]
    assert len(shown) >= 2
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in shown)


def test_a_plain_tool_tip_stays_plain():
    assert as_tool_tip("Hide or show Tyrannosaurus") == "Hide or show Tyrannosaurus"
