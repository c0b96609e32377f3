"""What can be done with one point of the map: a menu, and what its entries do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer

_ENTRIES = (
    ("go", "Go there", "Make it the place where we stand"),
    ("pin", "Keep as a pin", "Keep the place of this image as a pin"),
    ("mix", "Put into the mix", "Put the code of this image into the mix"),
    ("nearest", "Its nearest images", "Go there, and list the images of the map that lie nearest"),
    ("", "", ""),
    ("dataset", "Show in its dataset", "Find this image, or all that are chosen with it, where it comes from"),
)
_IN_DATASET = "dataset"


class PointDesk(QObject):
    """Asks the map's menu, and does what is chosen there."""

    dataset_wanted = Signal(object)  # indices of the map's points, intp (n,)

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        explorer.map_panel.canvas.point_asked.connect(self._on_point_asked)

    @Slot(int, QPoint)
    def _on_point_asked(self, index: int, at: QPoint) -> None:
        panel = self._explorer.map_panel
        if panel.steering is None or self._explorer.document is None:
            return
        menu = QMenu(panel.canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        sound = bool(panel.tools.codes_at([index]))
        for name, text, about in _ENTRIES:
            if not name:
                menu.addSeparator()
                continue
            action = menu.addAction(text)
            action.setObjectName(name)
            action.setToolTip(about)
            action.setEnabled(bool(panel.steering.map.names) if name == _IN_DATASET else sound)
            action.triggered.connect(partial(self._do, name, index))
        panel.map_changed.connect(menu.close)  # the point would be another one
        menu.popup(at)

    def _do(self, name: str, index: int, _checked: bool = False) -> None:
        panel, document = self._explorer.map_panel, self._explorer.document
        if name == _IN_DATASET:
            chosen = panel.selection
            self.dataset_wanted.emit(chosen if index in chosen else np.array([index], np.intp))
        elif name == "pin" and document is not None:
            document.add_pins(panel.tools.codes_at([index]))
        elif name == "mix":
            self._explorer.side.show_tab("mix")
            self._explorer.desks.mixing.add(*panel.tools.codes_at([index]))
        else:
            panel.tools.go_to(index)
            if name == "nearest":
                panel.tools.near.setChecked(True)
