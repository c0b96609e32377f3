"""Which easing a segment has: those there are, with their curves, and one that is drawn."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dinoexplorer.morph.easings import easing_named, easing_names
from dinoexplorer.morph.spelling import spelled
from dinoexplorer.ui import icons
from dinoexplorer.ui.icon_button import GAP
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.morph.curves import curve_icon, easing_title
from dinoexplorer.ui.texts import as_label

_DRAWN = "bezier"


class EasingChoice(MenuButton):
    """Shows the easing; its menu offers all of them. "Bezier" is to be drawn."""

    chosen = Signal(str)
    draw_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "Easing of the segment", parent)
        self.setIconSize(QSize(icons.SIZE + GAP, icons.SIZE))
        self.setToolTip("How the time of this segment is bent")
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
        self._draw_curves()

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
            drawn = self._easing if self._easing.startswith(_DRAWN) else spelled(_DRAWN, easing_named(_DRAWN).defaults)
            self.chosen.emit(drawn)
            self.draw_wanted.emit()
        else:
            self.chosen.emit(action.data())
