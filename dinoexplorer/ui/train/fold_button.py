"""A heading that folds and unfolds what is below it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QTransform
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui import icons
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_label

_AIR = 8


class FoldButton(IconButton):
    """A chevron, a name and a remark; checked when it is unfolded."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", name, parent, text=name)
        self._name = name
        self.setProperty("labelled", False)
        self.setProperty("quiet_fold", True)
        self.setCheckable(True)
        self.toggled.connect(self._on_toggled)
        self._on_toggled()

    def set_remark(self, remark: str) -> None:
        """Say something after the name, such as how many there are."""
        text = f"{self._name}  ({remark})" if remark else self._name
        if text != self.text():
            self.setText(as_label(text))
            self.setAccessibleName(text)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + 2 * (icons.SIZE + _AIR), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        colour = self.palette().color(QPalette.ColorRole.ButtonText)
        chevron = icons.picture("chevron", colour, icons.SIZE, self.devicePixelRatioF())
        if not self.isChecked():
            scale = chevron.devicePixelRatio()
            chevron = chevron.transformed(QTransform().rotate(-90))
            chevron.setDevicePixelRatio(scale)
        painter = QPainter(self)
        painter.drawPixmap(QPoint(_AIR, (self.height() - icons.SIZE) // 2), chevron)
        painter.end()

    @Slot()
    def _on_toggled(self) -> None:
        self.setAccessibleDescription("Unfolded" if self.isChecked() else "Folded")
        self.setToolTip("Fold" if self.isChecked() else "Unfold")
        self.setArrowType(Qt.ArrowType.NoArrow)
