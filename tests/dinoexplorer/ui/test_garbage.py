"""Objects of Qt die in the window's thread, whichever thread fills the memory."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from dinoexplorer.ui.garbage import GarbageCollector


class Loop(QObject):
    """Refers to itself, so that only a collection ends it; notes the thread in which that happens."""

    ended: list[threading.Thread]

    def __init__(self) -> None:
        super().__init__()
        self.itself = self

    def __del__(self) -> None:
        Loop.ended.append(threading.current_thread())


@pytest.fixture
def collector(qapp, monkeypatch):
    gc.enable()
    collector = GarbageCollector()
    monkeypatch.setattr(Loop, "ended", [], raising=False)
    yield collector
    collector.end()
    assert gc.isenabled()
    gc.disable()


def test_what_another_thread_allocates_collects_nothing_there(collector, qtbot) -> None:
    Loop()
    filler = threading.Thread(target=lambda: [[] for _ in range(200_000)])
    filler.start()
    filler.join()
    assert Loop.ended == []
    keep = [[] for _ in range(2_000)]
    qtbot.waitUntil(lambda: bool(Loop.ended), timeout=20_000)
    assert Loop.ended == [threading.main_thread()]
    assert len(keep) == 2_000


def test_what_has_settled_is_not_looked_through_again(collector) -> None:
    before = gc.get_freeze_count()
    collector.settle()
    assert gc.get_freeze_count() > before
    frozen = gc.get_freeze_count()
    keep = [[] for _ in range(1_000)]
    collector.settle()
    assert gc.get_freeze_count() <= frozen
    assert len(keep) == 1_000
    gc.unfreeze()
