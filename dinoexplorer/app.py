"""The composition root: builds the application, theme, settings, renderer and window; nothing else does."""

from __future__ import annotations

import locale
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from dinoexplorer.rendering.renderer import Renderer
from dinoexplorer.resources import shipped_checkpoints
from dinoexplorer.settings import load_settings, save_settings
from dinoexplorer.ui.garbage import GarbageCollector
from dinoexplorer.ui.interrupts import ending_on_interrupt
from dinoexplorer.ui.main_window import MainWindow
from dinoexplorer.ui.portrait import Portrait
from dinoexplorer.ui.theme import Theme

PORTRAIT_SIZE = (1280, 800)


def run(
    checkpoint: Path | None = None,
    device: str | None = None,
    screenshot: Path | None = None,
    *,
    document: Path | None = None,
    say: Callable[[str], None] = print,
    complain: Callable[[str], None] | None = None,
    renderer: Renderer | None = None,
) -> int:
    """Show the window until it is closed, or with ``screenshot`` save what a person would see; return the exit code.

    Without ``checkpoint`` the one that came with the program is opened. A ``document``, or a picture that carries one,
    is opened in its own checkpoint, or in ``checkpoint`` if that is named too.
    The window paints before torch is imported.
    Ctrl+C in the terminal ends it with 130.
    The platform ("offscreen") is the caller's to choose, by the environment, before this is called.
    """
    # A decode takes the interpreter's lock anew for each layer; by default the window may keep it for 5 ms each time.
    sys.setswitchinterval(5e-4)
    application = _application()
    complain = complain or _to_stderr
    if not QFontDatabase.families():
        complain("No font was found, so no text can be shown; install one (Debian: apt-get install fonts-dejavu-core).")
    settings, trouble = load_settings()
    usual_device = settings.device
    settings.device = device or usual_device
    garbage = GarbageCollector()
    theme = Theme(application, settings.theme)
    window = MainWindow(renderer or Renderer(), theme, settings, trouble=trouble)
    if screenshot is not None:
        window.resize(*PORTRAIT_SIZE)
        Portrait(window, screenshot, say, complain, click=document is None).done.connect(application.exit)
    else:
        for over in (window.ready, window.failed):  # until the first picture is there the machine is for that
            over.connect(window.documents.look_back)
    window.ready.connect(garbage.settle)
    path = checkpoint or next(iter(shipped_checkpoints()), None)
    if document is not None:
        window.first_painted.connect(partial(window.documents.open, document, checkpoint=checkpoint))
    else:
        window.first_painted.connect(window.tell_empty if path is None else partial(window.open, path))
    with _quiet_platform(), ending_on_interrupt(application):
        window.show()
        code = application.exec()
    window.hide()
    window.close_down()
    if settings.device == device:  # asked for once, on the command line
        settings.device = usual_device
    if screenshot is None:
        save_settings(settings)
    window.deleteLater()
    theme.deleteLater()
    garbage.end()
    return code


def _application() -> QApplication:
    present = QApplication.instance()
    application = present if isinstance(present, QApplication) else QApplication(sys.argv[:1])
    locale.setlocale(locale.LC_NUMERIC, "C")  # QApplication takes the system's, which breaks number parsing
    application.setApplicationName("DinoExplorer")
    application.setDesktopFileName("dinoexplorer")
    return application


@contextmanager
def _quiet_platform() -> Iterator[None]:
    """Off screen Qt 6 complains about the size hints of every window; a person need not read that."""
    if QGuiApplication.platformName() != "offscreen":
        yield
        return
    previous = qInstallMessageHandler(_pass_on)
    try:
        yield
    finally:
        qInstallMessageHandler(previous)


def _pass_on(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if "propagateSizeHints" not in message:
        _to_stderr(message)


def _to_stderr(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201
