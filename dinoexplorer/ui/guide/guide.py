"""The guide over the window: search and contents on the left, the page on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from dinoexplorer.finding.guide_index import GuideIndex, Hit, words_of
from dinoexplorer.finding.guide_pages import Page
from dinoexplorer.ui.guide.contents_list import ContentsList
from dinoexplorer.ui.guide.page_browser import PageBrowser
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.overlay import Overlay

_WIDEST, _HIGHEST = 1040, 900
_EDGE = 24  # to the sides of the window
_LEFT, _FIELD_HEIGHT = 270, 30


class Guide(Overlay):
    """Pages to read. Escape goes back to work; when it is opened again it is where it was left."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Guide")
        self._pages: tuple[Page, ...] = ()
        self._index = GuideIndex(())
        self._wanted = ""  # a page that was asked for before the pages were read
        self.field = QLineEdit(self.panel, placeholderText="Search the guide", clearButtonEnabled=True)
        self.field.setAccessibleName("Search the guide")
        self.field.setMinimumHeight(_FIELD_HEIGHT)
        self.contents = ContentsList(self.panel)
        self._nothing = QLabel("Nothing was found. Try one word, or its beginning.", self.panel)
        self._nothing.setProperty("role", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.hide()
        self.back = IconButton("back", "Back", self.panel)
        self.forward = IconButton("forward", "Forward", self.panel)
        self.back.setToolTip("Back to the page before (Alt+Left)")
        self.forward.setToolTip("Forward again (Alt+Right)")
        self.close_button = IconButton("close", "Close the guide", self.panel)
        self.close_button.setToolTip("Close the guide (Esc)")
        self.browser = PageBrowser(self.panel)
        self._lay_out()
        self._connect()

    def set_pages(self, pages: Sequence[Page]) -> None:
        """Have these pages."""
        self._pages = tuple(pages)
        self._index = GuideIndex(pages)
        self.browser.set_pages(pages)
        self._show_contents()
        if self._wanted or not self.browser.present:
            self.browser.show_page(self._wanted or (self._pages[0].key if self._pages else ""))
        self._wanted = ""

    def show_page(self, key: str = "") -> None:
        """Come up with a page, or where it was left."""
        self.come_up()
        if key and self._pages:
            self.field.clear()
            self.browser.show_page(key)
        else:
            self._wanted = key
        self.browser.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def toggle(self) -> None:
        """Come up where it was left, or go away again."""
        if self.isVisible():
            self.go_away()
        else:
            self.show_page()

    def place(self, room: QRect) -> QRect:
        width, height = min(_WIDEST, room.width() - 2 * _EDGE), min(_HIGHEST, room.height() - 2 * _EDGE)
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and _asks_to_find(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Find) or event.text() == "/":
            self.field.setFocus()
            self.field.selectAll()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            down = event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}
            if down and self.contents.count():
                self.contents.setFocus()
                self.contents.setCurrentRow(max(self.contents.currentRow(), 0))
                return True
            if event.key() == Qt.Key.Key_Escape and self.field.text():
                self.field.clear()
                return True
            return False
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        for widget in (self.field, self.contents, self._nothing):
            widget.setFixedWidth(_LEFT)
            left.addWidget(widget)
        left.setStretchFactor(self.contents, 1)
        left.addStretch()
        title = QLabel("Guide", self.panel)
        title.setProperty("role", "heading")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.back)
        head.addWidget(self.forward)
        head.addWidget(title, 1)
        head.addWidget(self.close_button)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(head)
        right.addWidget(self.browser, 1)
        row = QHBoxLayout(self.panel)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        row.addLayout(left)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._on_sought)
        self.contents.page_chosen.connect(self.browser.show_page)
        self.contents.hit_chosen.connect(self._on_hit_chosen)
        self.browser.page_shown.connect(self.contents.mark_page)
        self.browser.backwardAvailable.connect(self.back.setEnabled)
        self.browser.forwardAvailable.connect(self.forward.setEnabled)
        self.back.clicked.connect(self.browser.backward)
        self.forward.clicked.connect(self.browser.forward)
        self.close_button.clicked.connect(self.go_away)
        self.back.setEnabled(False)
        self.forward.setEnabled(False)
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, slot in (("Alt+Left", self.browser.backward), ("Alt+Right", self.browser.forward)):
            QShortcut(QKeySequence(keys), self, context=context).activated.connect(slot)

    @Slot()
    def _on_sought(self) -> None:
        if not words_of(self.field.text()):
            self._show_contents()
            return
        hits = self._index.find(self.field.text())
        self.contents.show_hits(hits)
        self.contents.setVisible(bool(hits))
        self._nothing.setVisible(not hits)

    def _show_contents(self) -> None:
        self.contents.show_pages(self._pages, self.browser.present)
        self.contents.show()
        self._nothing.hide()
        self.browser.setExtraSelections([])

    @Slot(object)
    def _on_hit_chosen(self, hit: Hit) -> None:
        self.browser.show_page(hit.passage.page.key)
        self.browser.point_out(hit.passage.text, words_of(self.field.text()))


def _asks_to_find(event: QKeyEvent) -> bool:
    """Whether Ctrl+F is about to be taken for the window's own."""
    return event.type() == QEvent.Type.ShortcutOverride and event.matches(QKeySequence.StandardKey.Find)
