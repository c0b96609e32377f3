"""The legend: the classes or clusters of the map, each a toggle."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QMouseEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QScrollArea, QToolButton, QWidget

from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_map_view.points_layer import draw_shape
from dinoexplorer.ui.texts import as_label, as_tool_tip, elided

_LIMIT = 32
_MARK = 12
_NAME_WIDTH = 160


class _Toggle(IconButton):
    """Toggles, but not when it is clicked with Alt."""

    alt_clicked = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__("", name, parent)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.button() == Qt.MouseButton.LeftButton:
            self.alt_clicked.emit()
        else:
            super().mousePressEvent(event)


class Legend(QScrollArea):
    """Names with the colour and shape of their points; a click hides a class or shows it again, with Alt it chooses
    its points. The menu of each has both, and more.

    As high as its names need, up to the room it was given; then it scrolls.
    """

    hidden_changed = Signal(object)  # frozenset[int]
    group_chosen = Signal(int)  # whose points are to be chosen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self._list = QWidget(self)
        self._layout = FlowLayout(self._list, gap=2)
        self.setWidget(self._list)
        for ground in (self.viewport(), self._list):
            ground.setAutoFillBackground(False)
        self._menu = QMenu(self)
        self._toggles: list[IconButton] = []
        self._room = 0

    def set_classes(self, names: tuple[str, ...]) -> None:
        """Show these classes, all of them visible; a long list is cut and says so."""
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._toggles.clear()
        for index, name in enumerate(names[:_LIMIT]):
            toggle = self._new_toggle(index, name)
            self._layout.addWidget(toggle)
            toggle.setVisible(True)  # now, since a hidden one takes no room and the fit below would be too low
            self._toggles.append(toggle)
            toggle.setIcon(self._mark(index))
        if len(names) > _LIMIT:
            more = QLabel(f"and {len(names) - _LIMIT} more", self._list)
            more.setProperty("role", "small")
            self._layout.addWidget(more)
            more.setVisible(True)
        self.setVisible(bool(names))
        self._fit()

    def set_room(self, height: int) -> None:
        """Be at most ``height`` pixels high."""
        self._room = height
        self._fit()

    def hidden(self) -> frozenset[int]:
        """The classes that are switched off."""
        return frozenset(index for index, toggle in enumerate(self._toggles) if not toggle.isChecked())

    def toggles(self) -> list[QToolButton]:
        """The buttons, one for each class that is listed."""
        return list(self._toggles)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._draw_marks()
        return bool(super().event(event))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_marks()
        elif event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        wanted = self._layout.heightForWidth(self.width())
        self.setFixedHeight(max(min(wanted, self._room), 0))

    def _new_toggle(self, index: int, name: str) -> IconButton:
        toggle = _Toggle(f"Points of {name}", self._list)
        toggle.setToolTip(as_tool_tip(f"Hide or show {name}; Alt+click chooses its points, a right click offers more"))
        toggle.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        toggle.customContextMenuRequested.connect(partial(self._on_menu_wanted, index))
        toggle.alt_clicked.connect(partial(self._on_group_chosen, index))
        toggle.setProperty("quiet", True)
        toggle.setIconSize(QSize(_MARK, _MARK))
        toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        toggle.setCheckable(True)
        toggle.setChecked(True)
        toggle.setText(as_label(elided(name, toggle.fontMetrics(), _NAME_WIDTH)))
        toggle.toggled.connect(self._on_toggled)
        return toggle

    @Slot()
    def _on_toggled(self) -> None:
        for toggle in self._toggles:
            font = toggle.font()
            font.setStrikeOut(not toggle.isChecked())
            toggle.setFont(font)
        self._draw_marks()
        self.hidden_changed.emit(self.hidden())

    def menu_of(self, index: int) -> QMenu:
        """What can be done with the points of a class."""
        toggle = self._toggles[index]
        self._menu.clear()
        self._menu.addAction("Choose its points").triggered.connect(partial(self._on_group_chosen, index))
        self._menu.addAction("Show only this").triggered.connect(partial(self._show_only, index))
        self._menu.addAction("Hide" if toggle.isChecked() else "Show").triggered.connect(toggle.toggle)
        self._menu.addAction("Show all").triggered.connect(self._show_all)
        return self._menu

    def _on_menu_wanted(self, index: int, at: QPoint) -> None:
        self.menu_of(index).popup(self._toggles[index].mapToGlobal(at))

    def _on_group_chosen(self, index: int, *_checked: object) -> None:
        self.group_chosen.emit(index)

    def _show_only(self, index: int, *_checked: object) -> None:
        self._set_shown(frozenset({index}))

    @Slot()
    def _show_all(self) -> None:
        self._set_shown(frozenset(range(len(self._toggles))))

    def _set_shown(self, shown: frozenset[int]) -> None:
        for index, toggle in enumerate(self._toggles):
            toggle.blockSignals(True)  # one change, not one for each
            toggle.setChecked(index in shown)
            toggle.blockSignals(False)
        self._on_toggled()

    def _draw_marks(self) -> None:
        for index, toggle in enumerate(self._toggles):
            toggle.setIcon(self._mark(index))

    def _mark(self, index: int) -> QIcon:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(_MARK * ratio), round(_MARK * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = class_colour(index, dark=is_dark(self.palette()))
        alpha = 255 if self._toggles[index].isChecked() else 70
        draw_shape(painter, index, QPointF(_MARK / 2, _MARK / 2), 4.2, colour, alpha=alpha)
        painter.end()
        return QIcon(pixmap)
