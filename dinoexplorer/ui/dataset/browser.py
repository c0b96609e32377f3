"""A dataset looked through: its pictures with what was decided about them, one of them large, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from dinoexplorer.datasets.collection import Collection
from dinoexplorer.datasets.sifting import Counts, Sieve
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.dataset.decider import Decider
from dinoexplorer.ui.dataset.deciding_row import DecidingRow
from dinoexplorer.ui.dataset.filter_row import FilterRow
from dinoexplorer.ui.dataset.picture_page import PicturePage
from dinoexplorer.ui.dataset.picture_view import PictureView
from dinoexplorer.ui.dataset.report_page import ReportPage
from dinoexplorer.ui.dataset.set_work import OpeningWork, SiftingWork
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.tab_row import TabRow
from dinoexplorer.ui.texts import as_tool_tip, foreign_label
from dinoexplorer.ui.train.picture_store import PictureStore

_EDGE, _WIDEST, _HIGHEST = 24, 1640, 1080
_UNDO, _REDO = "undo", "redo"
_NO_PICTURE = "It was left out, so there is no prepared picture; drop the original on the window to find its place."


class Browser(Overlay):
    """Escape goes back to all pictures, and then away; what was decided is saved at once."""

    again_wanted = Signal(object)  # folder of a dataset that is to be prepared again
    train_wanted = Signal(object)  # folder
    map_wanted = Signal(object)  # names of pictures, as a map may call them
    place_wanted = Signal(object)  # Path of a prepared picture, to be brought in
    other_wanted = Signal()  # another dataset
    shown = Signal()  # the pictures of what is open

    def __init__(self, window: QWidget, command: Sequence[str] | None = None) -> None:
        super().__init__(window, "Dataset")
        self.collection: Collection | None = None
        self._select: tuple[str, ...] = ()  # to be selected once the dataset is open
        self._classes: tuple[str, ...] = ()
        self.store = PictureStore(self)
        self.opening, self.sifting = OpeningWork(self), SiftingWork(self)
        self.title, self.figures = foreign_label(self.panel), foreign_label(self.panel)
        self.title.setProperty("role", "title")
        self.figures.setProperty("role", "muted")
        self.figures.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.tabs = TabRow(self.panel)
        for name, text in (("pictures", "Pictures"), ("report", "Report")):
            self.tabs.add(name, text).setObjectName(name)
        self.other = IconButton("open", "Open another dataset", self.panel, text="Other…")
        self.train = IconButton("play", "Train on this dataset", self.panel, text="Train on it")
        self.close_button = IconButton("close", "Close", self.panel)
        self.close_button.setToolTip("Close (Esc)")
        self.filter, self.view = FilterRow(self.panel), PictureView(self.store, self.panel)
        self.deciding = DecidingRow(self.panel)
        self.notice, self.again = foreign_label(self.panel), IconButton("", "Prepare again", self.panel)
        self.again.setText("Prepare again")
        self.page, self.report = PicturePage(self.store, self.panel), ReportPage(self.store, self.panel, command)
        self.decider = Decider(self.view, self.deciding, self.page, self)
        self._lay_out()
        self._connect()
        self._show_state()

    def open(self, folder: Path, names: Sequence[str] = (), *, report: bool = False) -> None:
        """Come up with a dataset; ``names`` of pictures are selected in it."""
        self._select = tuple(names)
        self.report.set_folder(folder)
        self.come_up()
        self.show_tab("report" if report else "pictures")
        self.title.setText(folder.name)
        self.title.setToolTip(as_tool_tip(str(folder)))
        if self.collection is not None and self.collection.folder == folder and not self.opening.working and names:
            self._select_wanted()
        else:
            self._open(folder)
        if report:
            self.report.begin_unless_known()
        else:
            self.view.setFocus()

    def reopen(self, folder: Path) -> None:
        """Read a dataset anew, which has been prepared again, where it is the one that is shown."""
        if self.collection is not None and self.collection.folder == folder:
            self._open(folder)

    def show_tab(self, name: str) -> None:
        """Show the pictures or the report."""
        self.tabs.mark(name)
        self.page.leave()
        self.stack.setCurrentWidget(self.report if name == "report" else self._all)

    def close_down(self) -> None:
        """End the threads; what was decided is on the disk then."""
        self.filter.stop()
        self.opening.close()
        self.sifting.close()
        self.decider.keeping.close()
        self.page.close_down()
        self.report.close_down()
        self.store.close_down()

    def place(self, room: QRect) -> QRect:
        width, height = min(_WIDEST, room.width() - 2 * _EDGE), min(_HIGHEST, room.height() - 2 * _EDGE)
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _step_of(event):
            event.accept()  # else the window would undo a step of its document
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _step_of(event)
        if step:
            (self.decider.undo if step == _UNDO else self.decider.redo)()
        elif event.key() == Qt.Key.Key_F2:
            self.deciding.start_label()
        elif event.key() == Qt.Key.Key_I and not event.modifiers():
            self._on_place_wanted()
        elif event.key() == Qt.Key.Key_Escape and self.stack.currentWidget() is self.page:
            self._on_back()
        else:
            super().keyPressEvent(event)

    def _open(self, folder: Path) -> None:
        self.figures.setText("Opening…")
        self.opening.ask(folder)

    @Slot(object)
    def _on_opened(self, collection: Collection) -> None:
        self.collection = self.decider.collection = collection
        self.view.pictures.set_collection(collection)
        self.filter.clear()
        self.page.leave()
        self._sift()
        self._show_state()

    @Slot(str)
    def _on_opening_failed(self, sentence: str) -> None:
        self.collection = self.decider.collection = None
        self.view.pictures.set_collection(None)
        self._show_state()
        self.tell(f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}.")

    @Slot(int)
    def _on_read(self, count: int) -> None:
        self.figures.setText(f"Opening… {count:,} pictures so far")

    @Slot()
    def _sift(self) -> None:
        if self.collection is not None:
            self.sifting.ask(self.collection.sieve, self.filter.wanted)

    @Slot(object, object, object)
    def _on_sifted(self, sieve: Sieve, shown: NDArray[np.intp], counts: Counts) -> None:
        collection = self.collection
        if collection is None or sieve is not collection.sieve:
            return
        self.filter.show_counts(counts)
        self._classes = tuple(counts.labels)
        self.deciding.set_classes(self._classes)
        self.view.show_pictures(shown)
        kinds = len([name for name in self._classes if name])
        parts = [f"{counts.states['taken']:,} taken", f"{counts.states['left-out']:,} left out"]
        parts += [f"{kinds:,} classes"] if kinds > 1 else []
        size = collection.about.size
        parts += [f"{size} x {size} pixels"] if size else []
        self.figures.setText("   ".join(parts))
        self._select_wanted()
        self._show_selection()
        self.shown.emit()

    def _select_wanted(self) -> None:
        names, self._select = self._select, ()
        if not names or self.collection is None:
            return
        found = np.array(self.collection.find(names), np.intp)
        if not len(found):
            self.tell(f"{names[0]} is not in this dataset.")
        elif len(self.view.pictures.rows_of(found)) < len(found):  # the filter hides some of them
            self.filter.clear()
            self._select = names
            self._sift()
        else:
            self.view.select(found)

    @Slot()
    def _show_selection(self) -> None:
        collection, count = self.collection, self.view.chosen_count()
        label = ""
        if collection is not None and count > 0:
            common = np.unique(collection.sieve.labels[self.view.chosen()])
            label = collection.sieve.classes[int(common[0])] if len(common) == 1 else ""
        self.deciding.show_selection(count, label)

    @Slot()
    def _on_decided(self) -> None:
        self.view.pictures.tell_changes()
        self.page.follow()
        self._show_state()
        self._sift()

    def _show_state(self) -> None:
        collection = self.collection
        waiting = 0 if collection is None else collection.waiting
        changes = "1 change waits" if waiting == 1 else f"{waiting:,} changes wait"
        self.tell(f"{changes} until the dataset is prepared again." if waiting else "")
        self.again.setVisible(waiting > 0)
        self.deciding.show_steps(can_undo=collection is not None and collection.can_undo,
                                 can_redo=collection is not None and collection.can_redo)  # fmt: skip
        self.train.setEnabled(collection is not None)
        if collection is None:
            self.figures.setText("")

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say something below the pictures."""
        self.notice.setText(sentence)
        self.notice.setVisible(bool(sentence))
        announce(self.notice, sentence)

    @Slot(int)
    def _on_open_wanted(self, number: int) -> None:
        if self.collection is not None and number >= 0:
            self.stack.setCurrentWidget(self.page)
            self.page.show_picture(self.collection, number)
            self.page.original.setFocus()

    @Slot()
    def _on_open_current(self) -> None:
        chosen, at = self.view.chosen().tolist(), self.view.current()
        self._on_open_wanted(at if at in chosen or not chosen else chosen[0])

    @Slot(int)
    def _on_step(self, by: int) -> None:
        number = self.view.step(by)
        if number >= 0:
            self._on_open_wanted(number)

    @Slot()
    def _on_back(self) -> None:
        self.show_tab("pictures")
        self.view.setFocus()

    @Slot()
    def _on_tab(self) -> None:
        self.show_tab(self.sender().objectName())

    @Slot()
    def _on_map_wanted(self) -> None:
        if self.collection is not None:
            self.map_wanted.emit(
                [name for number in self.view.chosen().tolist() for name in self.collection.names(number)]
            )

    @Slot()
    def _on_place_wanted(self) -> None:
        collection = self.collection
        if collection is None or self.stack.currentWidget() is self.report:
            return
        chosen = [self.page.number] if self.stack.currentWidget() is self.page else self.view.chosen().tolist()
        path = collection.picture(chosen[0]) if len(chosen) == 1 else None
        if path is not None:
            self.place_wanted.emit(path)
        else:
            self.tell(_NO_PICTURE if len(chosen) == 1 else "Select one picture to find its place.")

    @Slot()
    def _on_again(self) -> None:
        self.decider.settle()  # the command reads what was decided

    @Slot()
    def _on_settled(self) -> None:
        if self.collection is not None:
            self.again_wanted.emit(self.collection.folder)

    @Slot()
    def _on_train(self) -> None:
        if self.collection is not None:
            self.go_away()
            self.train_wanted.emit(self.collection.folder)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.tabs)
        head.addWidget(self.figures, 1)
        for button in (self.other, self.train, self.close_button):
            head.addWidget(button)
        self._all = QWidget(self.panel)
        pictures = QVBoxLayout(self._all)
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.setSpacing(8)
        pictures.addWidget(self.filter)
        pictures.addWidget(self.view, 1)
        pictures.addWidget(self.deciding)
        self.stack = QStackedWidget(self.panel)
        for widget in (self._all, self.page, self.report):
            self.stack.addWidget(widget)
        self.notice.setWordWrap(True)
        self.notice.setProperty("role", "warning")
        self.again.setProperty("labelled", True)
        foot = QHBoxLayout()
        foot.addWidget(self.notice, 1)
        foot.addWidget(self.again)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.opening.opened.connect(self._on_opened)
        self.opening.failed.connect(self._on_opening_failed)
        self.opening.stepped.connect(self._on_read)
        self.sifting.found.connect(self._on_sifted)
        self.decider.decided.connect(self._on_decided)
        self.decider.failed.connect(self.tell)
        self.decider.settled.connect(self._on_settled)
        self.filter.edited.connect(self._sift)
        view, deciding, page = self.view, self.deciding, self.page
        view.selected.connect(self._show_selection)
        view.open_wanted.connect(self._on_open_wanted)
        deciding.open_wanted.connect(self._on_open_current)
        deciding.map_wanted.connect(self._on_map_wanted)
        deciding.place_wanted.connect(self._on_place_wanted)
        page.back_wanted.connect(self._on_back)
        page.step_wanted.connect(self._on_step)
        self.again.clicked.connect(self._on_again)
        self.train.clicked.connect(self._on_train)
        self.other.clicked.connect(self.other_wanted)
        self.close_button.clicked.connect(self.go_away)
        for button in self.tabs.buttons.values():
            button.clicked.connect(self._on_tab)


def _step_of(event: QKeyEvent) -> str:
    """Which way through the decisions a key leads, empty for none."""
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    pressed = (event.key(), event.modifiers() & (control | shift))
    if pressed == (Qt.Key.Key_Z, control):
        return _UNDO
    return _REDO if pressed in {(Qt.Key.Key_Y, control), (Qt.Key.Key_Z, control | shift)} else ""
