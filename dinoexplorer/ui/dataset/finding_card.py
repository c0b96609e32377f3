"""What one check of a dataset found: how grave it is, what to do, and what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.datasets.findings import IN_WORDS, Finding, Level
from dinoexplorer.ui import icons
from dinoexplorer.ui.colours import DARK, LIGHT, is_dark
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.texts import as_tool_tip, foreign_label
from dinoexplorer.ui.train.picture_store import PictureStore, Wish

_PICTURE = 144
_ICONS: Mapping[Level, str] = {"red": "close", "amber": "warning", "green": "tick", "": "dots"}


class FindingCard(QFrame):
    """One finding."""

    def __init__(self, finding: Finding, store: PictureStore, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("finding")
        self.setAccessibleName(f"{finding.name}: {IN_WORDS[finding.level]}")
        self.setAccessibleDescription(f"{finding.sentence} {finding.advice}")
        sign = _Sign(finding.level, self)
        name, level = foreign_label(self), QLabel(IN_WORDS[finding.level], self)
        name.setText(finding.name)
        name.setProperty("role", "heading")
        level.setProperty("role", "small")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(name)
        head.addWidget(level)
        head.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(head)
        for text, role in ((finding.sentence, ""), (finding.advice, "muted")):
            label = foreign_label(self)
            label.setText(text)
            label.setWordWrap(True)
            label.setProperty("role", role)
            label.setVisible(bool(text) and not (role and finding.level == "green"))  # there is nothing to do
            column.addWidget(label)
        if finding.pictures:
            strip = QWidget(self)
            flow = FlowLayout(strip)
            for title, path in finding.pictures.items():
                flow.addWidget(_Picture(title, path, store, strip))
            column.addWidget(strip)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 12)
        row.setSpacing(12)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)


class _Sign(QWidget):
    """A disc with a sign in it: colour is never the only one."""

    def __init__(self, level: Level, parent: QWidget) -> None:
        super().__init__(parent)
        self._level = level
        self.setFixedSize(28, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = DARK if is_dark(self.palette()) else LIGHT
        colour = {"red": theme.danger, "amber": theme.warning, "green": theme.accent}.get(self._level, theme.muted)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(self.rect())
        ground = self.palette().color(QPalette.ColorRole.Base)
        painter.drawPixmap(6, 6, icons.picture(_ICONS[self._level], ground, 16, self.devicePixelRatioF()))
        painter.end()


class _Picture(QWidget):
    """A picture of a finding, with its title below."""

    def __init__(self, title: str, path: Path, store: PictureStore, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._path, self._store = title, path, store
        self.setAccessibleName(title)
        self.setToolTip(as_tool_tip(title))
        store.arrived.connect(self._on_arrived)

    def sizeHint(self) -> QSize:
        shape = self._store.shape_of(self._path) or 1.0
        width = round(_PICTURE / max(shape, 0.25)) if shape < 1 else _PICTURE
        return QSize(width, _PICTURE + self.fontMetrics().height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        high = self.height() - self.fontMetrics().height() - 4
        image = self._store.picture(Wish(self._path, round(4 * _PICTURE * ratio), round(_PICTURE * ratio)))
        if image is not None and not image.isNull():
            size = image.size().scaled(QSize(self.width(), high), Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawImage(QRect(QPoint(0, 0), size), image)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        title = self.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, title)
        painter.end()

    @Slot()
    def _on_arrived(self) -> None:
        self.updateGeometry()
        self.update()
