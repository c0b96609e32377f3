"""What exporting films means to the window: the panel, the queue, the line at the bottom, and the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from dinoexplorer.rendering.live_activity import LiveActivity
from dinoexplorer.settings import Settings
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.status_line import StatusLine

if TYPE_CHECKING:  # loaded when the first film is wanted: the first window has no time for it
    from dinoexplorer.ui.morph.export_closing import ExportClosing
    from dinoexplorer.ui.morph.export_job import ExportJob
    from dinoexplorer.ui.morph.export_panel import ExportPanel
    from dinoexplorer.ui.morph.export_queue import ExportQueue
    from dinoexplorer.ui.morph.export_source import Offer


class ExportDesk(QObject):
    """Nothing is made before `show_panel` is called for the first time."""

    exported = Signal(object)  # Path
    close_agreed = Signal()

    def __init__(
        self,
        source: Callable[[], Offer],
        activity: LiveActivity,
        settings: Settings,
        status_line: StatusLine,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._source, self._activity, self._settings = source, activity, settings
        self._status, self._window = status_line, window
        self._panel: ExportPanel | None = None
        self._queue: ExportQueue | None = None
        self._question: ExportClosing | None = None
        self._background = Background(self)
        self._background.finished.connect(self._on_formats_known)
        status_line.film_pressed.connect(self.show_panel)

    @property
    def panel(self) -> ExportPanel | None:
        """The panel, once it was wanted."""
        return self._panel

    @property
    def queue(self) -> ExportQueue | None:
        """The films, once one was wanted."""
        return self._queue

    @Slot()
    def show_panel(self) -> None:
        """Bring up the panel, with the timeline as it is now."""
        self._made().show_panel()

    def may_close(self) -> bool:
        """Whether the window may close now; if films are exported a question is shown, `close_agreed` may follow."""
        jobs = () if self._queue is None else self._queue.unfinished
        if not jobs:
            return True
        if self._question is None:
            from dinoexplorer.ui.morph.export_closing import ExportClosing  # noqa: PLC0415  see above

            self._question = ExportClosing(self._window)
            self._question.cancel_agreed.connect(self._on_cancel_agreed)
        self._question.ask(jobs)
        return False

    def close_down(self) -> None:
        """Cancel what is under way, and end the threads."""
        if self._queue is not None:
            self._queue.close()
        if self._panel is not None:
            self._panel.close_down()
        self._background.close()

    def _made(self) -> ExportPanel:
        if self._panel is None:
            from dinoexplorer.morph.export.choices import film_choices  # noqa: PLC0415  see above
            from dinoexplorer.ui.morph.export_panel import ExportPanel  # noqa: PLC0415
            from dinoexplorer.ui.morph.export_queue import ExportQueue  # noqa: PLC0415

            self._queue = ExportQueue(self._activity, self)
            self._queue.changed.connect(self._tell)
            self._queue.progressed.connect(self._tell)
            self._queue.ended.connect(self._on_ended)
            self._panel = ExportPanel(self._queue, self._source, self._settings, self._window)
            self._background.start("formats", film_choices)  # asks FFmpeg, which is loaded for that
        return self._panel

    @Slot(str, object)
    def _on_formats_known(self, _name: str, films: object) -> None:
        if isinstance(films, Exception):
            raise films
        if self._panel is not None and isinstance(films, tuple):
            self._panel.set_films(films)

    @Slot()
    def _tell(self) -> None:
        """Say in the line at the bottom how far the film is."""
        from dinoexplorer.ui.morph.export_job import line_text  # noqa: PLC0415  is there by now

        jobs = () if self._queue is None else self._queue.unfinished
        running = next((job for job in jobs if job.state == "running"), None)
        self._status.set_film("" if running is None else line_text(running, len(jobs) - 1))

    @Slot(object)
    def _on_ended(self, job: ExportJob) -> None:
        if job.state == "done":
            self._status.tell(f"exported {job.path}")
            self.exported.emit(job.path)
        elif job.state == "failed":
            self._status.tell(job.sentence)
        if job.state != "cancelled":
            QApplication.alert(self._window)

    @Slot()
    def _on_cancel_agreed(self) -> None:
        if self._queue is not None:
            self._queue.cancel_all()
        self.close_agreed.emit()
