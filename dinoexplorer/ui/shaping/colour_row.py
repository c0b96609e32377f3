"""The colours to paint with: those of the picture, one of one's own, and whatever is picked from the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QColorDialog, QHBoxLayout, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.shaping.colours import Colour, colours_of
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.shaping.swatch import Swatch

_COUNT = 7
_SIDE = 128  # of the copy of a picture in which its colours are counted


class ColourRow(QWidget):
    """Swatches of which one is chosen; the first is one's own, the others are those of the picture."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.own = Swatch(self)
        self.swatches = tuple(Swatch(self) for _ in range(_COUNT))
        self.other = IconButton("dots", "Another colour", self)
        self.other.setToolTip("Choose any colour; Alt and a click on the picture takes the colour there")
        self.dialog: QColorDialog | None = None
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for swatch in (self.own, *self.swatches):
            self._group.addButton(swatch)
            row.addWidget(swatch)
        row.addWidget(self.other)
        self.own.show_colour((60, 150, 70))
        self.own.setChecked(True)
        for swatch in self.swatches:
            swatch.hide()
        self.setMinimumHeight(self.other.sizeHint().height())
        self._group.buttonClicked.connect(self.chosen)
        self.other.clicked.connect(self._on_other)

    @property
    def colour(self) -> Colour:
        """The chosen one."""
        button = self._group.checkedButton()
        return button.colour if isinstance(button, Swatch) else self.own.colour

    def show_picture(self, picture: ByteArray) -> None:
        """Offer the colours of a picture ``(h, w, 3 or more)``; what was chosen stays so, as one's own."""
        step = max(picture.shape[0] // _SIDE, 1)
        colours = colours_of(picture[::step, ::step, :3].copy(), _COUNT)
        if not self.own.isChecked() and self.colour not in colours:
            self.take(self.colour)
        chosen = self.colour
        for number, swatch in enumerate(self.swatches):
            swatch.setVisible(number < len(colours))
            if number < len(colours):
                swatch.show_colour(colours[number])
                if colours[number] == chosen and not self.own.isChecked():
                    swatch.setChecked(True)

    def take(self, colour: Colour) -> None:
        """Paint with a colour of one's own."""
        self.own.show_colour(colour)
        self.own.setChecked(True)
        self.chosen.emit()

    @Slot()
    def _on_other(self) -> None:
        dialog = QColorDialog(QColor(*self.colour), self.window())
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self._on_selected)
        self.dialog = dialog
        dialog.open()

    @Slot(QColor)
    def _on_selected(self, colour: QColor) -> None:
        self.take((colour.red(), colour.green(), colour.blue()))
