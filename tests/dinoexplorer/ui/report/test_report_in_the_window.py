"""The place Report in the whole window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtWidgets import QLabel

from dinoexplorer.ui.report.report_place import ReportPlace

_PATIENCE = 60_000


def test_its_key_shows_the_place_with_the_open_checkpoint(desk, best, kept):
    window = desk.window
    assert not window.actions_by_name["report_page"].isEnabled()
    assert window._why_not("report_page") == "Only in Report (Ctrl+4), when a report is shown."
    desk.qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert not window.places.exploring
    assert window.actions_by_name["report"].isChecked()
    page = window.places.reports.place().page
    opened = desk.generator.info.path
    assert page.form.checkpoint.path == opened
    desk.qtbot.waitUntil(lambda: page.form.subject is not None, timeout=_PATIENCE)
    assert page.form.subject.problem  # a fake is no checkpoint of ours
    page.form.choose(best)
    desk.qtbot.waitUntil(lambda: page.view.kept is not None, timeout=_PATIENCE)
    assert window.actions_by_name["report_page"].isEnabled()
    desk.press("report_table")
    assert page.dialog is not None
    page.dialog.close()
    desk.press("explore")
    assert not window.actions_by_name["report_table"].isEnabled()
    desk.press("report")
    assert page.form.checkpoint.path == best  # what was chosen stays until another one is opened


def test_what_is_opened_elsewhere_is_what_the_place_is_about(desk, tmp_path: Path, write_fake):
    desk.press("report")
    page = desk.window.places.reports.place().page
    desk.press("explore")
    other = write_fake(tmp_path / "other.safetensors", 2, points=20)
    desk.open(other)
    desk.press("report")
    assert page.form.checkpoint.path == other
    page.form.checkpoint.choices().aboutToShow.emit()
    texts = [action.text() for action in page.form.checkpoint.choices().actions() if action.text()]
    assert texts[0].startswith("other")
    assert texts[0].endswith("open in Explore")
    assert texts[-1] == "Another file…"


def test_a_folder_dropped_on_it_is_what_is_compared_with(desk, tmp_path: Path):
    desk.press("report")
    folder = tmp_path / "photos"
    folder.mkdir()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    desk.window.dropEvent(
        QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                   Qt.KeyboardModifier.NoModifier)
    )  # fmt: skip
    assert desk.window.places.reports.place().page.form.data.source == str(folder)


def test_a_second_page_brings_the_tabs(qtbot):
    place = ReportPlace()
    qtbot.addWidget(place)
    place.show()
    assert not place.tabs.isVisible()
    other = QLabel("several")
    place.add_page("several", "Several", other)
    assert place.tabs.isVisible()
    qtbot.mouseClick(place.tabs.buttons["several"], Qt.MouseButton.LeftButton)
    assert place.stack.currentWidget() is other
    place.show_page("one")
    assert place.tabs.buttons["one"].isChecked()
    place.close_down()


def test_no_two_actions_share_a_key(desk):
    keys = [key.toString() for action in desk.window.actions_by_name.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert QKeySequence("Ctrl+4").toString() in keys
