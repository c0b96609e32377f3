"""The command palette: a field and a list over the window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from dinoexplorer.finding.matching import Match, ranked
from dinoexplorer.settings import Settings
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.palette.entry import Entry, Provider
from dinoexplorer.ui.palette.entry_list import EntryList, spoken

_WIDTH = 640
_EDGE = 16  # to the sides of a small window
_SPACING = 8
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 7, Qt.Key.Key_PageUp: -7}
_GONE = frozenset({Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason, Qt.FocusReason.OtherFocusReason})


class Palette(Overlay):
    """Type to find, arrows to choose, Return to do it, Escape to leave. What was used last comes first."""

    def __init__(self, providers: Sequence[Provider], settings: Settings, window: QWidget) -> None:
        super().__init__(window, "Command palette")
        self._providers, self._settings = tuple(providers), settings
        self._entries: tuple[Entry, ...] = ()
        self.field = QLineEdit(
            self.panel, placeholderText="Find an action, a checkpoint, a recipe or a page of the guide"
        )
        self.field.setAccessibleName("Find something to do")
        self.field.setObjectName("palette_field")
        self.list = EntryList(self.panel)
        self._nothing = QLabel("Nothing of that name.", self.panel)
        self._nothing.setProperty("role", "muted")
        self._nothing.setContentsMargins(12, 8, 12, 8)
        column = self._column = QVBoxLayout(self.panel)
        column.setContentsMargins(_SPACING, _SPACING, _SPACING, _SPACING)
        column.setSpacing(_SPACING)
        for widget in (self.field, self.list, self._nothing):
            column.addWidget(widget)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._on_text_changed)
        self.list.clicked.connect(self._on_clicked)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)

    @Slot()
    def toggle(self) -> None:
        """Come up, or go away again."""
        if self.isVisible():
            self.go_away()
            return
        self.field.clear()
        self.refresh()
        self.come_up()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Ask for the entries anew: there may be more of them now."""
        entries = [entry for provider in self._providers for entry in provider.entries()]
        used = {key: place for place, key in enumerate(self._settings.palette_used)}
        entries.sort(key=lambda entry: (used.get(entry.key, len(used)), bool(entry.hindrance)))
        self._entries = tuple(entries)
        chosen = self.list.current() if self.isVisible() else None
        self._search()
        self.list.choose(chosen.key if chosen is not None else "")

    def place(self, room: QRect) -> QRect:
        width, top = min(_WIDTH, room.width() - 2 * _EDGE), room.height() // 8
        around = self.field.sizeHint().height() + 3 * _SPACING
        height = min(self.list.height_for(len(self.list.found())), room.height() - top - _EDGE - around)
        self.list.setFixedHeight(max(height, 1))
        self._column.activate()
        return QRect((room.width() - width) // 2, top, width, self.panel.sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._takes(event)
            if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() in _GONE:
                self.go_away()  # another part of the window was chosen
            return False
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab goes down the list: the field keeps the keyboard."""
        self.list.move(1 if following else -1)
        return True

    def _takes(self, event: QKeyEvent) -> bool:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.list.move(step)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._run()
        else:
            return False
        return True

    @Slot()
    def _on_text_changed(self) -> None:
        self._search()

    def _search(self) -> None:
        query = self.field.text()
        if query.strip():
            found = ranked(query, self._entries, Entry.texts)
        else:
            found = [(entry, Match((0, 0, 0))) for entry in self._entries]
        self.list.set_found(found)
        self.list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self.fit()

    @Slot(QModelIndex)
    def _on_clicked(self, _index: QModelIndex) -> None:
        self._run()

    @Slot()
    def _on_current_changed(self) -> None:
        entry = self.list.current()
        if entry is not None and self.isVisible():
            announce(self.field, spoken(entry))

    def _run(self) -> None:
        entry = self.list.current()
        if entry is None or entry.hindrance:
            return
        self._settings.remember_used(entry.key)
        self.go_away()
        entry.run()
