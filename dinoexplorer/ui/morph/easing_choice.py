"""Which easing a segment has: those there are, with their curves, and one that is drawn."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from dinoexplorer.morph.easings import easing_named, easing_names
from dinoexplorer.ui import icons
from dinoexplorer.ui.icon_button import GAP
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.morph.bezier_field import BezierField
from dinoexplorer.ui.morph.curves import curve_icon, easing_title
from dinoexplorer.ui.texts import as_label

_DRAWN = "bezier"


class EasingChoice(MenuButton):
    """Shows the easing; its menu offers all of them. "Bezier" brings up a field to draw it in."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "Easing of the segment", parent)
        self.setIconSize(QSize(icons.SIZE + GAP, icons.SIZE))
        self.setToolTip("How the time of this segment is bent")
        self._popup = QFrame(self, Qt.WindowType.Popup)
        self._popup.setObjectName("card")
        self.field = BezierField(self._popup)
        self.field.drawn.connect(self.chosen)
        column = QVBoxLayout(self._popup)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.field)
        menu = self.choices()
        for name in easing_names():
            action = menu.addAction(f"{easing_named(name).title}…" if name == _DRAWN else easing_named(name).title)
            action.setData(name)
            action.setCheckable(True)
            action.setIconVisibleInMenu(True)
        menu.triggered.connect(self._on_triggered)
        self._easing = ""
        self.show_easing(easing_names()[0])

    def show_easing(self, easing: str) -> None:
        """Show the easing of a segment."""
        self._easing = easing
        name = easing.partition("(")[0].strip()
        for action in self.choices().actions():
            action.setChecked(action.data() == name)
        self.setText(as_label(easing_title(easing)))
        self.setAccessibleDescription(easing_title(easing))
        self.field.set_easing(easing)
        self._draw_curves()

    def draw(self) -> None:
        """Bring up the field to draw the curve in."""
        self._popup.adjustSize()
        size = self._popup.sizeHint()
        corner = self.mapToGlobal(QPoint(0, -size.height() - 4))
        room = self.screen().availableGeometry()
        self._popup.move(min(max(corner.x(), room.left()), room.right() - size.width()), max(corner.y(), room.top()))
        self._popup.show()
        self.field.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_curves()

    def _draw_curves(self) -> None:
        for action in self.choices().actions():
            name = action.data()
            action.setIcon(curve_icon(self._easing if action.isChecked() else name, self.palette()))
        self.setIcon(curve_icon(self._easing, self.palette()))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data() == _DRAWN:
            self.chosen.emit(self.field.easing)
            self.draw()
        else:
            self.chosen.emit(action.data())
