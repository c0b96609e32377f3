"""The tab Pins of the tray: the gallery, or a line that says how to begin, and what went wrong over it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui import icons
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.notice import Notice
from dinoexplorer.ui.pins.pin_gallery import PinGallery
from dinoexplorer.ui.pins.pin_menu import fill_menu
from dinoexplorer.ui.pins.reading_bar import ReadingBar


class PinsPanel(QWidget):
    """The owner fills the gallery, and does what it asks for."""

    def __init__(self, thumbnailer: Thumbnailer, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.gallery = PinGallery(thumbnailer, self)
        self.notice, self.reading = Notice(self), ReadingBar(self)
        self.notice.setMaximumWidth(900)
        self.notice.dismissed.connect(self.notice.hide)
        self.empty = QLabel(empty, self.gallery.viewport())
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QGridLayout(self.gallery.viewport())
        inside.addWidget(self.empty, 0, 0)
        over = QGridLayout(self)
        over.setContentsMargins(4, 2, 4, 2)
        over.addWidget(self.gallery, 0, 0)
        over.addWidget(self.notice, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        over.addWidget(self.reading, 0, 0, Qt.AlignmentFlag.AlignCenter)
        self.more = MenuButton("", "What can be done with pins")
        self.more.setIconSize(QSize(0, icons.SIZE))
        self.more.setProperty("field", True)
        self.more.setText("More")
        menu = self.more.choices()
        menu.aboutToShow.connect(self._on_more_about_to_show)
        menu.triggered.connect(self._on_triggered)

    def say_refused(self, sentence: str) -> None:
        """Say over the pins what did not work."""
        self.notice.tell(sentence, {})

    @Slot()
    def _on_more_about_to_show(self) -> None:
        fill_menu(self.more.choices(), len(self.gallery.chosen()), len(self.gallery.tiles.tiles))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.gallery.asked.emit(action.objectName())
