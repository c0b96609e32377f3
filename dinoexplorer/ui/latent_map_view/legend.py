"""The legend: the classes of the map, each a toggle."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_map_view.points_layer import draw_shape

_LIMIT = 24
_MARK = 12


class Legend(QWidget):
    """Names with the colour and shape of their points; a click hides a class or shows it again."""

    hidden_changed = Signal(object)  # frozenset[int]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = FlowLayout(self, gap=2)
        self._toggles: list[IconButton] = []

    def set_classes(self, names: tuple[str, ...]) -> None:
        """Show these classes, all of them visible; a long list is cut and says so."""
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._toggles.clear()
        for index, name in enumerate(names[:_LIMIT]):
            toggle = IconButton("", f"Points of {name}", self)
            toggle.setText(name)
            toggle.setToolTip(f"Hide or show {name}")
            toggle.setProperty("quiet", True)
            toggle.setIconSize(QSize(_MARK, _MARK))
            toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            toggle.setCheckable(True)
            toggle.setChecked(True)
            toggle.toggled.connect(self._on_toggled)
            self._layout.addWidget(toggle)
            self._toggles.append(toggle)
            toggle.setIcon(self._mark(index))
        if len(names) > _LIMIT:
            more = QLabel(f"and {len(names) - _LIMIT} more", self)
            more.setProperty("role", "small")
            self._layout.addWidget(more)
        self.setVisible(bool(names))

    def hidden(self) -> frozenset[int]:
        """The classes that are switched off."""
        return frozenset(index for index, toggle in enumerate(self._toggles) if not toggle.isChecked())

    def toggles(self) -> list[QToolButton]:
        """The buttons, one for each class that is listed."""
        return list(self._toggles)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._on_toggled()

    @Slot()
    def _on_toggled(self) -> None:
        for index, toggle in enumerate(self._toggles):
            toggle.setIcon(self._mark(index))
            font = toggle.font()
            font.setStrikeOut(not toggle.isChecked())
            toggle.setFont(font)
        self.hidden_changed.emit(self.hidden())

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
