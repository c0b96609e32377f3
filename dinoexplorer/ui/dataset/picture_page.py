"""One picture of a dataset, large: its original with what is taken of it, and what it became."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.datasets.collection import Box, Collection, Record
from dinoexplorer.ui.dataset.crop_view import CropView
from dinoexplorer.ui.dataset.large_picture import LargePicture
from dinoexplorer.ui.dataset.original_work import OriginalWork
from dinoexplorer.ui.dataset.picture_model import described
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.picture_store import PictureStore

_READING = "Looking for the original…"


class PicturePage(QWidget):
    """Page up and down go through the pictures; a crop that is dragged is decided at once."""

    back_wanted = Signal()
    step_wanted = Signal(int)
    crop_wanted = Signal(int, object)  # picture, Box or None
    taking_wanted = Signal(int, bool)  # picture; whether it is taken or left out

    def __init__(self, store: PictureStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._collection: Collection | None = None
        self._number = -1
        self.original, self.made, self.work = CropView(self), LargePicture(store, self), OriginalWork(self)
        self.text = foreign_label(self)
        self.text.setWordWrap(True)
        self.text.setProperty("role", "muted")
        self.back = IconButton("grid", "Back to all pictures (Esc)", self, text="All pictures")
        self.previous = IconButton("back", "Picture before (Page up)", self, text="Before")
        self.next = IconButton("forward", "Picture after (Page down)", self, text="After")
        self.leave_out = IconButton("close", "Leave this picture out (Delete)", self, text="Leave out")
        self.take = IconButton("tick", "Take this picture (Insert)", self, text="Take")
        self.as_found = IconButton("undo", "Cut it as it was prepared", self, text="Crop as prepared")
        self._lay_out()
        self.back.clicked.connect(self.back_wanted)
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        self.as_found.clicked.connect(self._on_as_found)
        self.leave_out.clicked.connect(self._on_leave_out)
        self.take.clicked.connect(self._on_take)
        self.original.cropped.connect(self._on_cropped)
        self.work.found.connect(self._on_found)
        self.work.failed.connect(self._on_failed)
        for key, slot in (
            ("PgUp", self._on_previous), ("PgDown", self._on_next), ("Del", self._on_leave_out), ("Ins", self._on_take),
        ):  # fmt: skip
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(key), self, context=context).activated.connect(slot)

    @property
    def number(self) -> int:
        """The picture that is shown, -1 for none."""
        return self._number

    def show_picture(self, collection: Collection, number: int) -> None:
        """Show a picture; its original follows."""
        self._collection, self._number = collection, number
        record = collection.original(number)
        self.original.show_text(_READING)
        self.made.show_file(collection.picture(number))
        self.follow()
        self.work.ask(collection.folder, record)

    def follow(self) -> None:
        """Show what is decided about the picture now."""
        if self._collection is None or self._number < 0:
            return
        self.text.setText(described(self._collection, self._number))
        self.as_found.setEnabled(self._collection.choice(self._number).crop is not None)
        taken = self._collection.record(self._number).taken or self._collection.waits(self._number)
        self.leave_out.setVisible(taken)
        self.take.setVisible(not taken)
        if self.original.crop is not None:
            self.original.set_crop(self._crop())

    def leave(self) -> None:
        """Show nothing any more."""
        self.work.cancel()
        self._number = -1

    def close_down(self) -> None:
        """End the thread."""
        self.work.close()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
            if Qt.Key(event.key()) in keys and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.accept()
                return True
        return bool(super().event(event))

    def _crop(self) -> Box:
        if self._collection is None:
            return (0.0, 0.0, 1.0, 1.0)
        chosen = self._collection.choice(self._number).crop
        record = self._collection.original(self._number)
        if chosen is not None:
            return chosen
        left, top, right, bottom = record.crop
        return record.crop if right > left and bottom > top else (0.0, 0.0, float(record.width), float(record.height))

    @Slot(object, QImage)
    def _on_found(self, record: Record, image: QImage) -> None:
        if self._collection is None or self._number < 0 or self._collection.original(self._number) is not record:
            return
        self.original.show_original(image, QSize(record.width or image.width(), record.height or image.height()),
                                    self._crop())  # fmt: skip

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.original.show_text(f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}.")

    @Slot(object)
    def _on_cropped(self, crop: Box) -> None:
        self.crop_wanted.emit(self._number, crop)

    @Slot()
    def _on_as_found(self) -> None:
        self.crop_wanted.emit(self._number, None)

    @Slot()
    def _on_leave_out(self) -> None:
        self.taking_wanted.emit(self._number, False)

    @Slot()
    def _on_take(self) -> None:
        self.taking_wanted.emit(self._number, True)

    @Slot()
    def _on_previous(self) -> None:
        self.step_wanted.emit(-1)

    @Slot()
    def _on_next(self) -> None:
        self.step_wanted.emit(1)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget in (self.back, self.previous, self.next):
            head.addWidget(widget)
        head.addStretch(1)
        for widget in (self.leave_out, self.take, self.as_found):
            head.addWidget(widget)
        left, right = QVBoxLayout(), QVBoxLayout()
        shown: tuple[tuple[QVBoxLayout, str, QWidget], ...] = (
            (left, "Original", self.original), (right, "Prepared", self.made),
        )  # fmt: skip
        for column, title, picture in shown:
            label = QLabel(title, self)
            label.setProperty("role", "small")
            column.setSpacing(4)
            column.addWidget(label)
            column.addWidget(picture, 1)
        right.addWidget(self.text)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addLayout(left, 3)
        body.addLayout(right, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(body, 1)
