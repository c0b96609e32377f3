"""Asks which pins make up a group."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QLabel, QListWidget, QVBoxLayout, QWidget

from dinoexplorer.document.standing import Pin
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.directions.place_strip import image_of
from dinoexplorer.ui.icon_button import IconButton

_SIDE = 40


class PinChooser(QDialog):
    """A list in which a click or the space bar chooses a pin or lets it go; the answer comes as a signal."""

    chosen = Signal(object)  # list[int], keys

    def __init__(self, title: str, pins: tuple[Pin, ...], thumbnailer: Thumbnailer, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._pins, self._thumbnailer = pins, thumbnailer
        self.list = QListWidget(self)
        self.list.setAccessibleName(title)
        self.list.setIconSize(QSize(_SIDE, _SIDE))
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        self.list.addItems([pin.name for pin in pins])
        self._count = QLabel(self)
        self._count.setProperty("role", "small")
        self.take = IconButton("", "Take these pins", self, text="Take")
        self.take.setProperty("primary", True)
        self.cancel = IconButton("", "Cancel", self, text="Cancel")
        self.take.clicked.connect(self._on_take)
        self.cancel.clicked.connect(self.reject)
        self.finished.connect(self.deleteLater)
        self.list.itemSelectionChanged.connect(self._follow)
        thumbnailer.made.connect(self._show_pictures)
        self._lay_out()
        self._show_pictures()
        self._follow()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._count, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.take)
        column = QVBoxLayout(self)
        column.addWidget(self.list)
        column.addLayout(row)
        self.resize(320, 400)

    def _keys(self) -> list[int]:
        return [pin.key for row, pin in enumerate(self._pins) if self.list.item(row).isSelected()]

    @Slot()
    def _show_pictures(self) -> None:
        side = round(_SIDE * self.devicePixelRatioF())
        for row, pin in enumerate(self._pins):
            item = self.list.item(row)
            if item.icon().isNull() and (pixels := self._thumbnailer.picture(pin.latent, side)) is not None:
                pixmap, icon = QPixmap.fromImage(image_of(pixels)), QIcon()
                for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # left to itself Qt tints what is chosen
                    icon.addPixmap(pixmap, mode)
                item.setIcon(icon)

    @Slot()
    def _follow(self) -> None:
        count = len(self._keys())
        self._count.setText(f"{count} chosen")
        self.take.setEnabled(count > 0)

    @Slot()
    def _on_take(self) -> None:
        self.chosen.emit(self._keys())
        self.accept()
