"""What the list and the table of runs paint alike, and the line in which a title is edited."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from dinoexplorer.runs.views import RunRow
from dinoexplorer.ui.naming_delegate import Index, NamingDelegate
from dinoexplorer.ui.theme import SMALL
from dinoexplorer.ui.train.picture_store import PictureStore, Wish
from dinoexplorer.ui.train.run_states import BUSY, draw_state, progress, state_colour


class RunDelegate(NamingDelegate):
    """Base of both delegates."""

    editor_name = "Title of the run"
    longest = 120

    def __init__(self, pictures: PictureStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures

    def title_rect(self, option: QStyleOptionViewItem) -> QRect:
        """Where the title lies, and is edited."""
        return QRect(option.rect)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        room, height = self.title_rect(option), editor.sizeHint().height()
        editor.setGeometry(room.left() - 5, room.center().y() - height // 2, room.width() + 6, height)

    def thumbnail(self, painter: QPainter, row: RunRow, place: QRect, palette: QPalette) -> None:
        """Paint the first picture of the newest sheet, or the place where it will be."""
        image = None
        if row.thumbnail is not None:
            ratio = painter.device().devicePixelRatio()
            side = round(place.width() * ratio)
            image = self._pictures.picture(Wish(row.thumbnail, side, side, first=True))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(place), 4, 4)
        if image is None or image.isNull():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        else:
            painter.setClipPath(path)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(place), image, QRectF(image.rect()))
        painter.restore()


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, *, left_end: bool = True) -> None:
    """What is selected is raised and has a bar at its left end; the current one of a view with the focus, a frame."""
    palette, rect = option.palette, option.rect
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, palette.color(QPalette.ColorRole.AlternateBase))
        if left_end:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), palette.color(QPalette.ColorRole.Accent))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        ground = palette.color(QPalette.ColorRole.AlternateBase)
        ground.setAlpha(110)
        painter.fillRect(rect, ground)


def paint_focus(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """The frame of the current row."""
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(QRectF(option.rect).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)


def paint_progress(painter: QPainter, row: RunRow, place: QRectF, palette: QPalette) -> None:
    """A thin bar, for a run that is under way."""
    share = progress(row)
    if row.state not in BUSY or not math.isfinite(share):
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(QPalette.ColorRole.Mid))
    painter.drawRoundedRect(place, 1.5, 1.5)
    painter.setBrush(state_colour(row.state, palette))
    painter.drawRoundedRect(QRectF(place.left(), place.top(), max(place.width() * share, 3), place.height()), 1.5, 1.5)
    painter.restore()


def paint_mark(painter: QPainter, row: RunRow, place: QRectF, palette: QPalette) -> None:
    """The mark of the run's state."""
    draw_state(painter, row.state, place.center(), place.width() / 2, state_colour(row.state, palette))


def fonts(font: QFont) -> tuple[QFont, QFont]:
    """For a title and for what stands below it."""
    bold, small = QFont(font), QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * SMALL)
    return bold, small
