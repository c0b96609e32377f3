"""How a tile looks: its picture, its name below, and a ring around the one where we stand."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.naming_delegate import NamingDelegate
from dinoexplorer.ui.strip.tiles import MARKED, TILE, Index, Tile
from dinoexplorer.ui.texts import elided
from dinoexplorer.ui.theme import SMALL

PICTURE, WIDTH = 66, 82
_AIR, _GAP = 4, 3


class TileDelegate(NamingDelegate):
    """Paints tiles; a picture is asked for when its tile is painted, so only for those that are seen."""

    editor_name = "Name of the pin"

    def __init__(self, thumbnailer: Thumbnailer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnailer = thumbnailer

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(WIDTH, tile_height(option.font))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tile, palette = index.data(TILE), option.palette
        if tile is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option)
        place = picture_rect(option.rect)
        self._paint_picture(painter, tile, place, palette)
        if index.data(MARKED):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
            painter.drawRoundedRect(QRectF(place).adjusted(-1, -1, 1, 1), 6, 6)
        small = _small(option.font)
        painter.setFont(small)
        role = QPalette.ColorRole.Text if tile.strength == 1 else QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(role))
        room = _name_rect(option.rect, small)
        name = elided(tile.name, QFontMetrics(small), room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        height = editor.sizeHint().height()
        bottom = option.rect.top() + tile_height(option.font)
        editor.setGeometry(option.rect.left(), bottom - height, option.rect.width(), height)

    def _paint_picture(self, painter: QPainter, tile: Tile, place: QRect, palette: QPalette) -> None:
        """The picture, or the place where it will be."""
        side = round(place.width() * painter.device().devicePixelRatio())
        pixels = self._thumbnailer.picture(tile.code, side)
        if pixels is None:
            painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(place), 5, 5)
            return
        path = QPainterPath()
        path.addRoundedRect(QRectF(place), 5, 5)
        painter.save()
        painter.setOpacity(tile.strength)
        painter.setClipPath(path)
        image = QImage(pixels.data, side, side, 3 * side, QImage.Format.Format_RGB888)
        painter.drawImage(QRectF(place), image)
        painter.restore()


def tile_height(font: QFont) -> int:
    """Pixels that a tile with its name takes."""
    return PICTURE + _GAP + QFontMetrics(_small(font)).height() + 2 * _AIR


def picture_rect(tile: QRect) -> QRect:
    """Where the picture of a tile lies."""
    return QRect(tile.left() + (tile.width() - PICTURE) // 2, tile.top() + _AIR, PICTURE, PICTURE)


def _name_rect(tile: QRect, small: QFont) -> QRect:
    top = tile.top() + _AIR + PICTURE + _GAP
    return QRect(tile.left() + _AIR, top, tile.width() - 2 * _AIR, QFontMetrics(small).height())


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """What is selected is raised, the current one of a view with the focus has a frame."""
    palette, state, flag = option.palette, option.state, QStyle.StateFlag
    rect = QRectF(option.rect).adjusted(1, 0.75, -1, -0.75)  # the view makes tiles as high as it is
    rect.setHeight(tile_height(option.font) - 1.5)
    ground = palette.color(QPalette.ColorRole.AlternateBase)
    if not state & flag.State_Selected:
        ground.setAlpha(130 if state & flag.State_MouseOver else 0)
    painter.setBrush(ground)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & flag.State_Selected:
        painter.setPen(QPen(palette.color(QPalette.ColorRole.PlaceholderText), 1))
    if state & flag.State_HasFocus:
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1.5))
    painter.drawRoundedRect(rect, 6, 6)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * SMALL)
    return small
