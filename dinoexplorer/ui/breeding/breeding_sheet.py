"""The sheet of children over the picture: choose some, and they are the parents of the next sheet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.amount_row import AmountRow
from dinoexplorer.ui.breeding.litter import Litter
from dinoexplorer.ui.code_tile import CodeTile
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.thin_bar import ThinBar

COUNTS = (9, 16)
MUTATION = 0.25
_LARGEST_MUTATION = 1.0
_GAP = 6
_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LINES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_HINT = "Choose one or more, then breed on. A double click goes there."


class _Grid(QWidget):
    """Square tiles in as many lines as columns, as large as the room allows."""

    def __init__(self, tiles: list[CodeTile], parent: QWidget) -> None:
        super().__init__(parent)
        self._tiles, self.columns = tiles, 3
        for tile in tiles:
            tile.setParent(self)

    def arrange(self, count: int) -> None:
        """Show so many of the tiles."""
        self.columns = round(count**0.5)
        for index, tile in enumerate(self._tiles):
            tile.setVisible(index < count)
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(520, 520)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        count = self.columns
        side = (min(self.width(), self.height()) - (count - 1) * _GAP) // count
        whole = count * side + (count - 1) * _GAP
        start = QPoint((self.width() - whole) // 2, (self.height() - whole) // 2)
        for index, tile in enumerate(self._tiles[: count * count]):
            line, column = divmod(index, count)
            place = QPoint(column * (side + _GAP), line * (side + _GAP))
            tile.setGeometry(QRect(start + place, QSize(side, side)))


class BreedingSheet(QFrame):
    """Shows one litter; what is chosen in it is its own, everything else is asked for."""

    bred = Signal(object)  # the places of the chosen children; none for other children of the same parents
    back_asked = Signal()
    settings_changed = Signal()
    pinned = Signal(object)  # places of children
    entered = Signal(int)
    mixed = Signal(object)  # places of children
    closed = Signal()

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self.setAccessibleName("Children")
        self.tiles = [CodeTile(thumbnailer, self) for _ in range(max(COUNTS))]
        self._litter: Litter | None = None
        self._title, self._hint = foreign_label(self), foreign_label(self)
        self._title.setProperty("role", "heading")
        self._hint.setProperty("role", "small")
        for label in (self._title, self._hint):
            label.setMinimumWidth(60)
        self._bar = ThinBar(self)
        self._grid = _Grid(self.tiles, self)
        self.mutation = AmountRow("Mutation", _LARGEST_MUTATION, self, most=4.0, rest=MUTATION)
        self.mutation.explain("How far children depart from their parents, in deviations of the data")
        self.count_buttons = {count: IconButton("", f"{count} children", self, text=f"{count}") for count in COUNTS}
        self.back = IconButton("undo", "Back to the sheet before", self, text="Back")
        self.others = IconButton("random", "Other children of the same parents", self, text="Others")
        self.pin = IconButton("", "Keep the chosen children as pins", self, text="Pin")
        self.mix = IconButton("", "Put the chosen children into the mix", self, text="Mix")
        self.enter = IconButton("", "Go to the chosen child (Enter)", self, text="Go there")
        self.breed = IconButton("breed", "The next sheet: children of the chosen ones", self, text="Breed on")
        self.breed.setProperty("primary", True)
        self.close_button = IconButton("close", "Back to the picture (Esc)", self)
        self._dragging = False
        self._lay_out()
        self._connect()
        self.hide()

    @property
    def litter(self) -> Litter | None:
        """What is shown."""
        return self._litter

    def chosen(self) -> list[int]:
        """The places of the chosen children."""
        return [index for index, tile in enumerate(self.tiles) if tile.isChecked()]

    def count(self) -> int:
        """How many children are wanted."""
        return next(count for count, button in self.count_buttons.items() if button.isChecked())

    def wait(self) -> None:
        """Say that children are on their way."""
        self._bar.show()

    def show_litter(self, litter: Litter, *, can_go_back: bool, keep: bool = False) -> None:
        """Show a litter; with ``keep`` what is chosen stays chosen."""
        self._bar.hide()
        chosen = set(self.chosen()) if keep else set()
        self._litter = litter
        self._title.setText(litter.title)
        self._title.setToolTip(litter.title)
        for index, tile in enumerate(self.tiles):
            tile.setChecked(index in chosen and index < litter.recipe.count)
            code = litter.children[index] if index < litter.recipe.count else None
            tile.show_code(litter.name(index), code, "a click chooses it, a double click goes there")
        self.mutation.show_value(litter.recipe.mutation)
        for count, button in self.count_buttons.items():
            button.setChecked(count == litter.recipe.count)
        self._grid.arrange(litter.recipe.count)
        self.back.setEnabled(can_go_back)
        self._follow()

    def forget(self) -> None:
        """Show no children."""
        self._litter = None
        for tile in self.tiles:
            tile.setChecked(False)
            tile.show_code("", None)

    def tell(self, sentence: str) -> None:
        """Say why there are no children, in place of the hint."""
        self._bar.hide()
        self._hint.setText(sentence)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in {Qt.Key.Key_Escape, *_ARROWS, *_LINES}
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        step = _ARROWS.get(key, 0) + _LINES.get(key, 0) * self._grid.columns
        focus = self.focusWidget()
        if step and isinstance(focus, CodeTile) and self._litter is not None:
            place = self.tiles.index(focus) + step
            if 0 <= place < self._litter.recipe.count:
                self.tiles[place].setFocus(Qt.FocusReason.TabFocusReason)
        # What nobody wanted ends here: below it lie the arrows of the map.

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        tile = self.childAt(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            tile = self.focusWidget()
        if not isinstance(tile, CodeTile):
            return
        place, menu = self.tiles.index(tile), QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Go there").triggered.connect(partial(self._on_entered, place))
        menu.addAction("Keep as a pin").triggered.connect(partial(self._on_one, self.pinned.emit, place))
        menu.addAction("Put into the mix").triggered.connect(partial(self._on_one, self.mixed.emit, place))
        menu.addAction("Its children").triggered.connect(partial(self._on_one, self.bred.emit, place))
        menu.popup(event.globalPos())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        sizes = QHBoxLayout()
        sizes.setSpacing(4)
        sizes.addWidget(self.mutation, 1)
        for button in self.count_buttons.values():
            button.setCheckable(True)
            sizes.addWidget(button)
        foot = FlowLayout(gap=6)
        for button in (self.breed, self.others, self.back, self.enter, self.pin, self.mix):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addWidget(self._grid, 1)
        column.addWidget(self._hint)
        column.addLayout(sizes)
        column.addLayout(foot)
        self._bar.hide()

    def _connect(self) -> None:
        for index, tile in enumerate(self.tiles):
            tile.setCheckable(True)
            tile.toggled.connect(self._follow)
            tile.entered.connect(partial(self._on_entered, index))
        self.breed.clicked.connect(self._on_breed)
        self.others.clicked.connect(self._on_others)
        self.back.clicked.connect(self.back_asked)
        self.pin.clicked.connect(partial(self._on_all, self.pinned.emit))
        self.mix.clicked.connect(partial(self._on_all, self.mixed.emit))
        self.enter.clicked.connect(self._on_enter)
        self.close_button.clicked.connect(self.closed)
        self.mutation.began.connect(self._on_drag_began)
        self.mutation.ended.connect(self._on_drag_ended)
        self.mutation.edited.connect(self._on_mutation)
        for count, button in self.count_buttons.items():
            button.clicked.connect(partial(self._on_count, count))

    @Slot()
    def _follow(self) -> None:
        """Say what can be done with what is chosen."""
        count = len(self.chosen())
        for button in (self.breed, self.pin, self.mix):
            button.setEnabled(count > 0)
        self.enter.setEnabled(count == 1)
        self._hint.setText(_HINT if count == 0 else f"{count} chosen")

    @Slot()
    def _on_breed(self) -> None:
        self.bred.emit(self.chosen())

    @Slot()
    def _on_others(self) -> None:
        self.bred.emit([])

    @Slot()
    def _on_enter(self) -> None:
        if len(self.chosen()) == 1:
            self.entered.emit(self.chosen()[0])

    def _on_entered(self, place: int, *_checked: object) -> None:
        self.entered.emit(place)

    def _on_one(self, emit: Callable[[list[int]], None], place: int, *_checked: object) -> None:
        emit([place])

    def _on_all(self, emit: Callable[[list[int]], None], *_checked: object) -> None:
        emit(self.chosen())

    @Slot()
    def _on_drag_began(self) -> None:
        self._dragging = True

    @Slot()
    def _on_drag_ended(self) -> None:
        if self._dragging:
            self._dragging = False
            self.settings_changed.emit()

    @Slot(float)
    def _on_mutation(self, _mutation: float) -> None:
        if not self._dragging:
            self.settings_changed.emit()

    def _on_count(self, chosen: int, *_checked: object) -> None:
        for count, button in self.count_buttons.items():
            button.setChecked(count == chosen)
        self.settings_changed.emit()
