"""The guide in the window, by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QPalette
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.actions import COMMANDS
from dinoexplorer.ui.gestures import GESTURES
from dinoexplorer.ui.guide import Guide

FIRST, MAP = "01-getting-started.md", "02-latent-map.md"


@pytest.fixture
def guide(desk) -> Guide:
    """The guide, opened with F1 from the map."""
    desk.canvas.setFocus()
    desk.qtbot.keyClick(desk.canvas, Qt.Key.Key_F1)
    guide = desk.window.desks.guidance.guide
    assert guide.isVisible()
    desk.qtbot.waitUntil(lambda: bool(guide.browser.present), timeout=20_000)
    return guide


def focus(desk) -> QWidget:
    return desk.window.focusWidget()


def listed(guide: Guide) -> list[str]:
    return [guide.contents.item(row).text() for row in range(guide.contents.count())]


def test_it_opens_at_the_first_page_with_the_contents_beside_it(desk, guide):
    assert guide.browser.present == FIRST
    assert guide.browser.toPlainText().startswith("Getting started")
    assert listed(guide)[0] == "Getting started"
    assert listed(guide)[-1] == "Keyboard and mouse"
    assert guide.contents.currentItem().text() == "Getting started"
    assert focus(desk) is guide.browser


def test_escape_goes_back_to_work_and_it_opens_where_it_was_left(desk, guide):
    guide.browser.show_page(MAP)
    desk.qtbot.keyClick(focus(desk), Qt.Key.Key_Escape)
    assert not guide.isVisible()
    assert focus(desk) is desk.canvas
    desk.qtbot.keyClick(desk.canvas, Qt.Key.Key_F1)
    assert guide.browser.present == MAP
    desk.qtbot.keyClick(focus(desk), Qt.Key.Key_F1)
    assert not guide.isVisible()


def test_the_pages_are_gone_through_by_keyboard(desk, guide):
    guide.contents.setFocus()
    desk.qtbot.keyClick(guide.contents, Qt.Key.Key_Down)
    assert guide.browser.present == MAP
    desk.qtbot.keyClick(guide.contents, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert guide.browser.present == FIRST
    assert guide.contents.currentItem().text() == "Getting started"
    desk.qtbot.keyClick(guide.browser, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert guide.browser.present == MAP


def test_a_link_leads_to_its_page_and_back_leads_back(desk, guide):
    guide.browser.setFocus()
    desk.qtbot.keyClick(guide.browser, Qt.Key.Key_Tab)  # the first link
    desk.qtbot.keyClick(guide.browser, Qt.Key.Key_Return)
    assert guide.browser.present == MAP
    assert guide.back.isEnabled()
    desk.qtbot.mouseClick(guide.back, Qt.MouseButton.LeftButton)
    assert guide.browser.present == FIRST
    assert guide.forward.isEnabled()


def test_a_search_shows_places_with_their_lines_and_enter_goes_there(desk, guide):
    desk.qtbot.keyClick(focus(desk), Qt.Key.Key_Slash)
    assert focus(desk) is guide.field
    desk.qtbot.keyClicks(guide.field, "trustworth")
    assert any(text.startswith("The latent map › How far to trust it") for text in listed(guide))
    desk.qtbot.keyClick(guide.field, Qt.Key.Key_Return)
    assert guide.browser.present == MAP
    marked = [mark.cursor.selectedText() for mark in guide.browser.extraSelections()]
    assert marked == ["Trustworth"]
    assert guide.browser.viewport().rect().contains(guide.browser.cursorRect(guide.browser.extraSelections()[0].cursor))


def test_a_search_without_a_hit_says_so_and_escape_empties_it_first(desk, guide):
    guide.field.setFocus()
    desk.qtbot.keyClicks(guide.field, "qqqq")
    assert guide._nothing.isVisible()
    assert listed(guide) == []
    desk.qtbot.keyClick(guide.field, Qt.Key.Key_Escape)
    assert guide.isVisible()
    assert listed(guide)[0] == "Getting started"
    assert not guide._nothing.isVisible()


def test_keys_without_ctrl_do_nothing_below_the_guide(desk, guide):
    before = desk.latent
    for key in (Qt.Key.Key_R, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Home):
        desk.qtbot.keyClick(focus(desk), key)
    assert desk.latent is before
    assert desk.window.top_bar.isVisible()


def test_tab_goes_round_in_the_guide(desk, guide):
    guide.field.setFocus()
    seen = []
    for _ in range(40):
        desk.qtbot.keyClick(focus(desk), Qt.Key.Key_Tab)
        assert guide.isAncestorOf(focus(desk))
        seen.append(focus(desk))
    assert {guide.field, guide.contents, guide.browser, guide.close_button} <= set(seen)


def test_the_page_of_keys_has_every_action_and_every_gesture(desk, guide):
    desk.window.desks.guidance.guide.go_away()
    desk.qtbot.keyClick(desk.canvas, Qt.Key.Key_Question)
    assert guide.isVisible()
    text = guide.browser.toPlainText()
    for command in COMMANDS:
        assert command.text in text
        assert command.help in text
        assert QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) in text
    assert all(gesture in text and meaning in text for gesture, meaning in GESTURES)


def test_only_a_click_on_a_link_outside_opens_a_browser_and_other_addresses_do_nothing(desk, guide, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    for address in ("https://example.org/a", "file:///etc/passwd", "javascript:alert(1)", "nowhere.md"):
        guide.browser.anchorClicked.emit(QUrl(address))
    assert opened == [QUrl("https://example.org/a")]
    assert guide.browser.present == FIRST
    assert not guide.browser.loadResource(2, QUrl("https://example.org/a.png"))


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_links_follow_the_theme_even_while_it_is_open(desk, guide, choice):
    desk.window._on_theme_chosen("dark" if choice == "light" else "light")
    desk.window._on_theme_chosen(choice)
    cursor = guide.browser.document().find("The latent map")
    wanted = guide.browser.palette().color(QPalette.ColorRole.Link).name()
    assert cursor.charFormat().foreground().color().name() == wanted


@pytest.mark.parametrize("size", [(1024, 640), (1700, 1000)])
def test_it_fits_into_the_window(new_desk, size):
    desk = new_desk(size)
    desk.press("help")
    guide = desk.window.desks.guidance.guide
    desk.qtbot.waitUntil(lambda: bool(guide.browser.present), timeout=20_000)
    assert desk.window.rect().contains(guide.panel.geometry())
    assert guide.panel.minimumSizeHint().width() <= guide.panel.width()
    assert guide.browser.horizontalScrollBar().maximum() == 0


def test_every_control_of_the_guide_has_an_accessible_name(desk, guide):
    stops = [
        widget
        for widget in guide.panel.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.objectName().startswith("qt_")
    ]
    assert [widget for widget in stops if not widget.accessibleName()] == []
