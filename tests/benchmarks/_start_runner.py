"""One start of the window, as ``dinoexplorer`` does it; prints when things happened as one JSON object."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from dinoexplorer import app
from dinoexplorer.ui.main_window import MainWindow


class Watcher(QObject):
    """Sees the first paint of the window and the first picture in it, then closes the window."""

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self.found: dict[str, object] = {}
        self._application = application
        self._window: MainWindow | None = None
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint and self._window is None and isinstance(watched, MainWindow):
            self._window = watched
            watched.explorer.stage.image_view.frame_painted.connect(self._on_frame_painted)
            watched.failed.connect(self._on_failed)
            self.found["torch before the first paint"] = "torch" in sys.modules
            QTimer.singleShot(0, self._on_first_paint)
        return False

    def _on_first_paint(self) -> None:
        self.found["window"] = time.time()
        self._application.removeEventFilter(self)

    def _on_frame_painted(self, frame: object, _painted: float) -> None:
        if "picture" not in self.found:
            self.found["picture"] = time.time()
            self.found["error"] = frame.error
            QTimer.singleShot(0, self._window.close)

    def _on_failed(self, sentence: str) -> None:
        self.found["error"] = sentence
        QTimer.singleShot(0, self._window.close)


def main() -> int:
    application = QApplication(sys.argv[:1])
    watcher = Watcher(application)
    code = app.run(Path(sys.argv[1]), device="cpu")
    print(json.dumps(watcher.found))
    return code


if __name__ == "__main__":
    sys.exit(main())
