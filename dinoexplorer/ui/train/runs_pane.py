"""What the list and the table of runs have in common: filter, keys, menu, signals, and what they say when empty."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QObject, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from dinoexplorer.runs.views import RunRow
from dinoexplorer.ui import icons
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.picture_store import PictureStore
from dinoexplorer.ui.train.run_offers import FEWEST, MOST
from dinoexplorer.ui.train.run_wishes import RunWishes
from dinoexplorer.ui.train.runs_model import RunsModel

_NO_RUNS = "No runs yet. Choose a recipe and press Start; the run appears here."
_READING = "Looking for runs…"
_KEYS = {
    Qt.Key.Key_Return: "open", Qt.Key.Key_Enter: "open", Qt.Key.Key_F2: "rename", Qt.Key.Key_Delete: "unqueue",
}  # fmt: skip
_CONTROL_KEYS = {Qt.Key.Key_Return: "compare", Qt.Key.Key_Enter: "compare"}
_ALT_KEYS = {Qt.Key.Key_Up: "earlier", Qt.Key.Key_Down: "later"}
_OF_THE_VIEW = {Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_Down}


class RunsPane(RunWishes):
    """A filter field, a view of the runs, and what can be done with those that are selected.

    Nothing is done here: every wish goes out as a signal, and `set_rows` brings what has become of it.
    """

    def __init__(self, parent: QWidget | None = None, *, pictures: PictureStore | None = None) -> None:
        super().__init__(parent)
        self.model = RunsModel(self)
        self._own = PictureStore(self) if pictures is None else None
        self.pictures = pictures or self._own or PictureStore(self)
        self._told: tuple[Path, ...] = ()
        self._is_read = False  # whether anybody has looked yet
        self.filter_field = QLineEdit(self)
        self.filter_field.setPlaceholderText("Find a run")
        self.filter_field.setAccessibleName("Find a run")
        self.filter_field.setAccessibleDescription("Words of the title, recipe, data or state; Escape clears it.")
        self.filter_field.setClearButtonEnabled(True)
        self.view = self._new_view()
        self.view.setModel(self.model)
        self.view.setAccessibleName("Training runs")
        self.view.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setMouseTracking(True)
        self._empty, self._count = foreign_label(self), foreign_label(self)
        self.compare = IconButton("", "Compare the selected runs", self, text="Compare")
        self.more = MenuButton("", "What can be done with the selected runs", self)
        self.more.setIconSize(QSize(0, icons.SIZE))
        self.more.setProperty("field", True)
        self.more.setText("More")
        self._lay_out()
        self._connect()
        self._say()

    def set_rows(self, rows: tuple[RunRow, ...]) -> None:
        """Show these runs; selection, order and place of scrolling stay."""
        anchor, self._is_read = self._anchor(), True
        self.model.set_rows(rows)
        self._after_change()
        self._hold(*anchor)

    def selection(self) -> tuple[RunRow, ...]:
        """The runs that are selected, in the order of the view."""
        places = sorted({index.row() for index in self.view.selectionModel().selectedRows(0)})
        return tuple(self.model.rows[place] for place in places)

    def select(self, folders: tuple[Path, ...]) -> None:
        """Select these runs and bring the first into view."""
        model, chosen = self.view.selectionModel(), QItemSelection()
        indexes = [index for folder in folders if (index := self.model.index_of(folder)).isValid()]
        for index in indexes:
            chosen.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        if indexes:
            model.setCurrentIndex(indexes[0], flags.NoUpdate)
            self.view.scrollTo(indexes[0])
        model.select(chosen, flags.ClearAndSelect | flags.Rows)

    def edit_title(self, folder: Path) -> None:
        """Let the title of a run be edited where it stands."""
        index = self.model.index_of(folder)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.edit(index)

    def close_down(self) -> None:
        """Wait for a picture that is being read; one store that is shared is its owner's to close."""
        if self._own is not None:
            self._own.close_down()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            # The window's own keys (Space, Home, letters, Escape) step back where they mean something here.
            plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            wanted = plain and watched is self.view and (event.key() in _OF_THE_VIEW or bool(event.text()))
            clears = watched is self.filter_field and bool(self.filter_field.text())
            if clears if event.key() == Qt.Key.Key_Escape else wanted:
                event.accept()
                return True
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        return self._on_view_key(event) if watched is self.view else self._on_filter_key(event)

    def _new_view(self) -> QAbstractItemView:
        raise NotImplementedError

    def _lay_out(self) -> None:
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setMargin(24)
        self._count.setProperty("role", "small")
        body = QWidget(self)
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 0, 0, 0)
        foot.setSpacing(6)
        foot.addWidget(self._count, 1)
        foot.addWidget(self.compare)
        foot.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.filter_field)
        column.addWidget(body, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.view.installEventFilter(self)
        self.filter_field.installEventFilter(self)
        self.filter_field.textChanged.connect(self._on_filter_changed)
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.view.doubleClicked.connect(self._on_double_clicked)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)
        self.model.title_edited.connect(self.rename_wanted)
        self.pictures.arrived.connect(self.view.viewport().update)
        self.compare.clicked.connect(self._on_compare_clicked)
        menu = self.more.choices()
        menu.aboutToShow.connect(self._on_more_about_to_show)
        menu.triggered.connect(self._on_triggered)

    def _on_view_key(self, event: QKeyEvent) -> bool:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        modifier = Qt.KeyboardModifier
        keys = {modifier.NoModifier: _KEYS, modifier.ControlModifier: _CONTROL_KEYS, modifier.AltModifier: _ALT_KEYS}
        name = keys.get(held, {}).get(key)
        if name is None:
            return False
        self.do(name)
        return True

    def _on_filter_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.filter_field.text():
            self.filter_field.clear()
            return True
        if key not in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter} or not self.model.rows:
            return False
        if not self.selection():
            self.select((self.model.rows[0].folder,))
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if key != Qt.Key.Key_Down:
            self.do("open")
        return True

    def _anchor(self) -> tuple[Path | None, int]:
        """The run at the top of a view that was scrolled, and where its top is."""
        if self.view.verticalScrollBar().value() == self.view.verticalScrollBar().minimum():
            return None, 0
        index = self.view.indexAt(QPoint(1, 1))
        return (self.model.row_at(index).folder, self.view.visualRect(index).top()) if index.isValid() else (None, 0)

    def _hold(self, folder: Path | None, top: int) -> None:
        index = self.model.index_of(folder) if folder is not None else None
        if index is not None and index.isValid():
            bar = self.view.verticalScrollBar()
            bar.setValue(bar.value() + self.view.visualRect(index).top() - top)

    def _after_change(self) -> None:
        self._on_selection_changed()
        self._say()

    def _say(self) -> None:
        shown, total = len(self.model.rows), self.model.total
        text = self.filter_field.text()
        nothing = _NO_RUNS if self._is_read else _READING
        self._empty.setText(f"No run matches “{text}”. Escape clears the filter." if total else nothing)
        self.filter_field.setEnabled(total > 0)
        self._stack.setCurrentWidget(self.view if shown else self._empty)
        word = "run" if total == 1 else "runs"
        count = f"{total:,} {word}" if shown == total else f"{shown:,} of {total:,} {word}"
        chosen = len(self._told)
        self._count.setText(f"{count}, {chosen} selected" if chosen > 1 else count if total else "")
        self.compare.setEnabled(FEWEST <= chosen <= MOST)
        self.compare.setToolTip(
            "Compare the selected runs (Ctrl+Return)"
            if self.compare.isEnabled()
            else "Select 2 to 9 runs to compare them"
        )
        self.more.setEnabled(chosen > 0)

    @property
    def empty_text(self) -> str:
        """What is said in place of the runs, empty when there are some."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    @property
    def count_label(self) -> QLabel:
        """Says how many runs there are, are shown and are selected."""
        return self._count

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        self.model.set_filter(text)
        self._after_change()

    @Slot()
    def _on_selection_changed(self) -> None:
        folders = tuple(row.folder for row in self.selection())
        if folders != self._told:
            self._told = folders
            self._say()
            self.selected.emit(folders)

    @Slot()
    def _on_double_clicked(self) -> None:
        self.do("open")

    @Slot()
    def _on_compare_clicked(self) -> None:
        self.do("compare")

    @Slot()
    def _on_more_about_to_show(self) -> None:
        self.fill(self.more.choices())

    @Slot(QPoint)
    def _on_menu_wanted(self, place: QPoint) -> None:
        if not self.selection():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu)
        menu.triggered.connect(self._on_triggered)
        menu.popup(self.view.viewport().mapToGlobal(place))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.do(action.objectName())
