"""One film of the queue, as a row: picture, name, how far it is, and what can be done with it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPalette, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.morph.export_job import ExportJob, course_text
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.texts import as_tool_tip, foreign_label

_SIDE = 56
_WAYS = {
    "play": ("play", "Play it with the system's player"),
    "reveal": ("open", "Show it in its folder"),
    "again": ("again", "Try once more"),
    "cancel": ("stop", "Cancel; nothing of it is kept"),
    "put_away": ("close", "Take it off the list"),
}


class ExportRow(QFrame):
    """Follows a job when it is told to."""

    chosen = Signal(object, str)  # ExportJob, one of `_WAYS`

    def __init__(self, job: ExportJob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self._shown: ByteArray | None = None
        self._picture = QLabel(self)
        self._picture.setFixedSize(_SIDE, _SIDE)
        self._picture.setAutoFillBackground(True)  # a plain square until there is a picture
        self._picture.setBackgroundRole(QPalette.ColorRole.Button)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name, self._course, self.bar = foreign_label(self), foreign_label(self), ProgressLine(self)
        self._name.setProperty("role", "heading")
        self._name.setText(job.path.name)
        self._name.setToolTip(as_tool_tip(str(job.path)))
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._course.setProperty("role", "small")
        self._course.setWordWrap(True)
        self._course.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
        self.buttons = {name: IconButton(icon, text, self) for name, (icon, text) in _WAYS.items()}
        for name, button in self.buttons.items():
            button.setAccessibleName(f"{_WAYS[name][1]}: {job.path.name}")
            button.setObjectName(name)
            button.clicked.connect(self._on_clicked)
        self._lay_out()
        self.follow()

    @property
    def text(self) -> str:
        """How it goes, in words."""
        return self._course.text()

    def follow(self) -> None:
        """Show how the job is now."""
        job = self.job
        is_folder = not job.path.suffix or job.order.folder
        shown = {
            "play": job.state == "done" and not is_folder,
            "reveal": job.state == "done",
            "again": job.state in {"failed", "cancelled"},
            "cancel": not job.ended,
            "put_away": job.ended,
        }
        for name, button in self.buttons.items():
            button.setVisible(shown[name])
        self.say(course_text(job), wrong=job.state == "failed")
        self.bar.setVisible(not job.ended)
        self.bar.set_share(job.share)
        if job.report.preview is not None and job.report.preview is not self._shown:
            self._shown = job.report.preview
            self._picture.setPixmap(_pixmap(self._shown, self.devicePixelRatioF()))

    def say(self, text: str, *, wrong: bool) -> None:
        """Show a sentence in place of how it goes."""
        role = "problem" if wrong else "small"
        if self._course.property("role") != role:
            self._course.setProperty("role", role)
            self._course.style().unpolish(self._course)
            self._course.style().polish(self._course)
        self._course.setText(text)
        self.setAccessibleDescription(text)

    def _on_clicked(self) -> None:
        self.chosen.emit(self.job, self.sender().objectName())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._name, 1)
        for button in self.buttons.values():
            head.addWidget(button)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addLayout(head)
        texts.addWidget(self.bar)
        texts.addWidget(self._course)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(12)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)


def _pixmap(picture: ByteArray, ratio: float) -> QPixmap:
    data = np.ascontiguousarray(picture)
    height, width, channels = data.shape
    kind = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    image = QImage(data.data, width, height, channels * width, kind)
    side = round(_SIDE * ratio)
    pixmap = QPixmap.fromImage(
        image.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    )
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
