"""Arithmetic of codes: a picture less what makes it this, plus what makes it that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.arithmetic import combined
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.code_mime import Named, mime_of
from dinoexplorer.ui.directions.code_well import CodePicture, CodeWell
from dinoexplorer.ui.icon_button import IconButton


class ResultPicture(CodePicture):
    """What comes of it: a press goes there, a drag takes it elsewhere."""

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__("Result", thumbnailer, parent)
        self._pressed: QPointF | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = QApplication.startDragDistance()
        if self._pressed is None or self.named is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
        elif (event.position() - self._pressed).manhattanLength() >= far:
            self._pressed = None
            self.setDown(False)
            drag = QDrag(self)
            drag.setMimeData(mime_of([self.named]))
            drag.setPixmap(self.grab())
            drag.exec(Qt.DropAction.CopyAction)


class ArithmeticRow(QWidget):
    """Three wells and their sum: a - b + c. One well may stay empty."""

    result_chosen = Signal(str, object)  # what it is called, code (dim,)
    step_wanted = Signal(str, object, object)  # name, from, to

    def __init__(
        self, offered: Callable[[], list[Named]], thumbnailer: Thumbnailer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._info: GeneratorInfo | None = None
        self.wells = {letter: CodeWell(letter, offered, thumbnailer, self) for letter in "abc"}
        self.result = ResultPicture(thumbnailer, self)
        self.keep = IconButton("keep", "Keep the step from b to a as a direction", self, text="keep b to a")
        self.keep.setProperty("quiet", True)
        self.keep.clicked.connect(self._on_keep)
        self.result.clicked.connect(self._on_result)
        for well in self.wells.values():
            well.changed.connect(self._follow)
        self._lay_out()
        self._follow()

    def set_info(self, info: GeneratorInfo | None) -> None:
        """Reckon in another space; the wells are empty again."""
        self._info = info
        for well in self.wells.values():
            well.set_dim(0 if info is None else info.latent.dim)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        for widget, sign in zip((*self.wells.values(), self.result), ("", "−", "+", "="), strict=True):
            if sign:
                label = QLabel(sign, self)
                label.setAlignment(Qt.AlignmentFlag.AlignCenter)
                row.addWidget(label, 1)
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignLeft)

    @Slot()
    def _follow(self) -> None:
        codes = {letter: well.code for letter, well in self.wells.items()}
        plus, minus = [codes[letter] for letter in "ac"], [codes["b"]]
        filled = [code for code in codes.values() if code is not None]
        named = None
        if self._info is not None and len(filled) > 1:
            dim = self._info.latent.dim
            code = combined(_stacked(plus, dim), _stacked(minus, dim), self._info)
            if np.isfinite(code).all():
                named = (self._told(), code)
        self.result.show_code(named)
        self.result.setEnabled(named is not None)
        self.result.setToolTip("Press to go there, or drag it elsewhere" if named else "Fill two of the wells or all")
        self.keep.setEnabled(codes["a"] is not None and codes["b"] is not None)

    def _told(self) -> str:
        text = ""
        for letter, sign in (("a", " + "), ("b", " − "), ("c", " + ")):
            named = self.wells[letter].named
            if named is not None:
                text += (sign if text or sign == " − " else "") + named[0]
        return text.strip()

    @Slot()
    def _on_result(self) -> None:
        if self.result.named is not None:
            self.result_chosen.emit(*self.result.named)

    @Slot()
    def _on_keep(self) -> None:
        end, start = self.wells["a"].named, self.wells["b"].named
        if end is not None and start is not None:
            name = f"{start[0]} to {end[0]}" if start[0] != end[0] else "b to a"
            self.step_wanted.emit(name, start[1], end[1])


def _stacked(codes: list[FloatArray | None], dim: int) -> FloatArray:
    given = [code for code in codes if code is not None]
    return np.stack(given) if given else np.zeros((0, dim), np.float32)
