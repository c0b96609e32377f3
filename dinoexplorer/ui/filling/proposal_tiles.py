"""The fillings that there are, best first, of which one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.code_tile import pixmap_of

if TYPE_CHECKING:
    from dinoexplorer.latent.inversion.inpainting import Proposal

SIDE, COLUMNS = 84, 2
_GAP, _CORNER = 6, 4.0


class ProposalTile(QAbstractButton):
    """One filling with its number and how well its code explains what is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: ByteArray | None = None
        self._caption = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedSize(self.sizeHint())

    @property
    def picture(self) -> ByteArray | None:
        """What is shown."""
        return self._picture

    def show_proposal(self, name: str, proposal: Proposal) -> None:
        """Show a filling under a short name."""
        self._picture, figure = proposal.picture, f"{proposal.known_psnr:.1f} dB"
        self._caption = f"{name} · {proposal.known_psnr:.1f}"
        self.setAccessibleName(f"Filling {name}")
        self.setAccessibleDescription(f"The known part at {figure}")
        self.setToolTip(
            f"Filling {name}: what is known of the picture comes out at {figure}. More is better, if not for the hole."
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE + self.fontMetrics().lineSpacing() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place = QRectF(0, 0, SIDE, SIDE).adjusted(2, 2, -2, -2)
        path = QPainterPath()
        path.addRoundedRect(place, _CORNER, _CORNER)
        if self._picture is not None:
            painter.save()
            painter.setClipPath(path)
            pixmap = pixmap_of(self._picture)
            painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
            painter.restore()
        chosen, focused = self.isChecked(), self.hasFocus()
        if chosen or focused or self.underMouse():
            role = QPalette.ColorRole.Accent if chosen or focused else QPalette.ColorRole.PlaceholderText
            painter.setPen(QPen(palette.color(role), 3 if chosen else 2))
            painter.drawPath(path)
        if chosen and focused:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1.5, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(place.adjusted(4, 4, -4, -4), _CORNER, _CORNER)
        font = self.font()
        font.setPixelSize(max(self.fontInfo().pixelSize() - 2, 9))
        font.setBold(chosen)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.Text if chosen else QPalette.ColorRole.PlaceholderText))
        below = QRectF(0, SIDE, SIDE, self.height() - SIDE)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._caption)
        painter.end()


class ProposalTiles(QWidget):
    """As many tiles as there are fillings, in two columns; the arrow keys go from one to the next."""

    chosen = Signal(int)  # by a person

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.setAccessibleName("Fillings")
        self.tiles: list[ProposalTile] = []
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._on_toggled)
        self._showing = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def show_proposals(self, named: list[tuple[str, Proposal]], chosen: int) -> None:
        """Show these, one of them as chosen."""
        self._showing = True
        while len(self.tiles) < len(named):
            number, tile = len(self.tiles), ProposalTile(self)
            self._group.addButton(tile, number)
            self._grid.addWidget(tile, number // COLUMNS, number % COLUMNS)
            self.tiles.append(tile)
        for number, tile in enumerate(self.tiles):
            tile.setVisible(number < len(named))
            if number < len(named):
                tile.show_proposal(*named[number])
        if named:
            self.tiles[chosen].setChecked(True)
        self._showing = False

    @Slot(int, bool)
    def _on_toggled(self, number: int, checked: bool) -> None:
        if checked and not self._showing:
            self.chosen.emit(number)
