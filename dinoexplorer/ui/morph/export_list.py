"""The films that are being exported, one below the other."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from dinoexplorer.ui.morph.export_job import ExportJob
from dinoexplorer.ui.morph.export_queue import ExportQueue
from dinoexplorer.ui.morph.export_row import ExportRow
from dinoexplorer.ui.scroll_area import scroll_area

_NOTHING = "Films that you export are listed here. They go on when this is closed."


class ExportList(QWidget):
    """Follows a queue, and does what its rows are asked for."""

    emptied = Signal()  # of the row that had the focus

    def __init__(self, queue: ExportQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._rows: dict[int, ExportRow] = {}
        title = QLabel("Exports", self)
        title.setProperty("role", "heading")
        self._nothing = QLabel(_NOTHING, self)
        self._nothing.setProperty("role", "muted")
        self._nothing.setWordWrap(True)
        self._inner = QWidget(self)
        self._inner.setObjectName("plain")
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(self._nothing)
        column.addWidget(scroll_area(self._inner, self), 1)
        queue.changed.connect(self._on_changed)
        queue.progressed.connect(self._on_progressed)
        self._on_changed()

    def row_of(self, job: ExportJob) -> ExportRow | None:
        """The row that shows a job."""
        return self._rows.get(id(job))

    @Slot()
    def _on_changed(self) -> None:
        jobs = {id(job): job for job in self._queue.jobs}
        for key in self._rows.keys() - jobs.keys():
            row = self._rows.pop(key)
            held = row.isAncestorOf(self.window().focusWidget() or self.window())
            row.hide()
            row.deleteLater()
            if held:
                self.emptied.emit()
        for place, (key, job) in enumerate(jobs.items()):
            if key not in self._rows:
                self._rows[key] = ExportRow(job, self._inner)
                self._rows[key].chosen.connect(self._on_chosen)
                self._column.insertWidget(place, self._rows[key])
            self._rows[key].follow()
        self._nothing.setVisible(not jobs)

    @Slot(object)
    def _on_progressed(self, job: ExportJob) -> None:
        if self.isVisible() and (row := self.row_of(job)) is not None:
            row.follow()

    @Slot(object, str)
    def _on_chosen(self, job: ExportJob, way: str) -> None:
        if way == "cancel":
            self._queue.cancel(job)
        elif way == "again":
            self._queue.again(job)
        elif way == "put_away":
            self._queue.put_away(job)
        else:
            self._open(job, job.path if way == "play" or job.order.folder else job.path.parent)

    def _open(self, job: ExportJob, path: object) -> None:
        row = self.row_of(job)
        if row is None:
            return
        if not job.path.exists():
            row.say(f"{job.path} is not there any more; it was moved or deleted.", wrong=True)
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            row.say(f"The system opens nothing for {path}; open it from your file manager.", wrong=True)
