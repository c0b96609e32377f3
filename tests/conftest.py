"""What holds for every test: no display, settings and caches of its own, nothing left running."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_FOLDER = Path(tempfile.mkdtemp(prefix="dinoexplorer-tests-"))
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["DINOEXPLORER_CONFIG"] = str(_FOLDER / "config")
os.environ["DINOEXPLORER_RUNS"] = str(_FOLDER / "runs")
os.environ["DINOEXPLORER_CACHE"] = str(_FOLDER / "cache")
os.environ["DINOEXPLORER_STATE"] = str(_FOLDER / "state")
# Several workers share the cores, and threads of several torches wait for each other at every step: up to 30 times
# slower. To be set before torch is imported; processes that tests start take it over.
os.environ.setdefault("OMP_NUM_THREADS", "1")

_PATIENCE = 5.0

# Windows of earlier tests must not be collected in a thread of a later one: Qt does not survive that (see
# dinoexplorer.ui.garbage). The fixture below collects in the main thread instead.
gc.disable()


@pytest.fixture(autouse=True)
def usual_arithmetic() -> Iterator[None]:
    """A training in this process has small numbers count as zero; hypothesis, for one, counts on them."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread of ours, or a top-level widget, behind."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _PATIENCE
    for thread in _new_threads(before):
        thread.join(max(deadline - time.monotonic(), 0))
    left = [thread.name for thread in _new_threads(before)]
    assert not left, f"threads left running: {left}"
    gc.collect(1)
    widgets = _top_level_widgets()
    assert not widgets, f"windows left open: {widgets}"


def pytest_unconfigure() -> None:
    import shutil

    shutil.rmtree(_FOLDER, ignore_errors=True)


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    # A QThread that Qt itself started appears as a dummy once it runs Python; it ends with the application.
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and thread.is_alive() and not isinstance(thread, threading._DummyThread)
    ]


def _top_level_widgets() -> list[str]:
    """Windows that are still there, closed ones whose deletion is due not counted."""
    import sys

    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or (application := widgets.QApplication.instance()) is None:
        return []
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    names = [type(widget).__name__ for widget in application.topLevelWidgets() if widget.isVisible()]
    return [name for name in names if name != "QTipLabel"]
