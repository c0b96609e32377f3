"""The worker that fills the atlas: it gives way to the live picture, and what is old never arrives."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorError
from dinoexplorer.latent.atlas import Cell
from dinoexplorer.latent.atlas_tiles import Tile
from dinoexplorer.rendering import atlas_decoder
from dinoexplorer.rendering.atlas_decoder import AtlasDecoder, AtlasJob
from dinoexplorer.rendering.live_activity import PAUSE, LiveActivity

PATIENCE = 10_000  # milliseconds
PICTURE = np.zeros((4, 4, 3), np.uint8)


def cells(count, row=0):
    return tuple(Cell(0, number, row) for number in range(count))


class Maker:
    """Makes plain tiles and remembers the batches; decodes only while ``gate`` is open."""

    def __init__(self):
        self.batches: list[tuple[Cell, ...]] = []
        self.moments: list[float] = []
        self.gate, self.entered = threading.Event(), threading.Semaphore(0)
        self.gate.set()
        self.error: Exception | None = None

    def __call__(self, some):
        self.moments.append(time.monotonic())
        self.batches.append(tuple(some))
        self.entered.release()
        assert self.gate.wait(PATIENCE / 1000)
        if self.error is not None:
            raise self.error
        return [Tile(cell, 1.0, PICTURE) for cell in some]

    @property
    def made(self):
        return [cell for batch in self.batches for cell in batch]

    def wait_for_a_batch(self):
        assert self.entered.acquire(timeout=PATIENCE / 1000)


@pytest.fixture
def activity():
    return LiveActivity()


@pytest.fixture
def maker():
    return Maker()


@pytest.fixture
def decoder(qapp, activity, maker, monkeypatch):
    monkeypatch.setattr(atlas_decoder, "BATCH_SECONDS", 1e-9)  # so that a batch is one tile
    decoder = AtlasDecoder(activity)
    yield decoder
    maker.gate.set()
    decoder.close()


def test_the_wanted_tiles_are_made_in_order_and_can_be_taken_once(qtbot, decoder, maker):
    decoder.want(AtlasJob(3, maker, cells(9)))
    qtbot.waitUntil(lambda: len(maker.made) == 9, timeout=PATIENCE)
    taken = []

    def all_taken():
        taken.extend(decoder.take_tiles(3))
        return len(taken) == 9

    qtbot.waitUntil(all_taken, timeout=PATIENCE)
    assert [tile.cell for tile in taken] == list(cells(9)) == maker.made
    assert not decoder.busy


def test_nothing_is_begun_while_a_live_picture_is_made_nor_for_a_moment_after_it(qtbot, decoder, maker, activity):
    activity.asked(1)
    decoder.want(AtlasJob(1, maker, cells(3)))
    qtbot.wait(30)
    activity.asked(2)
    activity.done(1)
    qtbot.wait(round(PAUSE * 1500))  # the second one is still to be made
    assert maker.batches == []
    done = time.monotonic()
    activity.done(2)
    maker.wait_for_a_batch()
    assert maker.moments[0] >= done + PAUSE * 0.99


def test_a_live_request_waits_for_one_batch_at_most(qtbot, decoder, maker, activity):
    maker.gate.clear()
    decoder.want(AtlasJob(1, maker, cells(20)))
    maker.wait_for_a_batch()
    activity.asked(1)
    maker.gate.set()
    qtbot.waitUntil(lambda: not decoder._working, timeout=PATIENCE)
    qtbot.wait(round(PAUSE * 1500))
    assert len(maker.batches) == 1
    activity.done(1)
    qtbot.waitUntil(lambda: len(maker.made) == 20, timeout=PATIENCE)


def test_a_newer_job_replaces_an_older_one_and_makes_nothing_twice(qtbot, decoder, maker):
    maker.gate.clear()
    decoder.want(AtlasJob(1, maker, cells(30)))
    maker.wait_for_a_batch()
    decoder.want(AtlasJob(1, maker, (*cells(4, row=5), Cell(0, 0, 0))))
    maker.gate.set()
    qtbot.waitUntil(lambda: not decoder._left and not decoder._working, timeout=PATIENCE)
    decoder.want(AtlasJob(1, maker, cells(4, row=5)))  # made already, and not yet taken
    qtbot.wait(20)
    assert maker.made == [Cell(0, 0, 0), *cells(4, row=5)]
    assert len(decoder.take_tiles(1)) == 5


def test_a_tile_of_an_old_generation_never_arrives(qtbot, decoder, maker):
    told = []
    decoder.tiles_made.connect(lambda: told.extend(decoder.take_tiles(2)))
    maker.gate.clear()
    decoder.want(AtlasJob(1, maker, cells(5)))
    maker.wait_for_a_batch()
    decoder.want(AtlasJob(2, maker, cells(2, row=1)))
    maker.gate.set()
    qtbot.waitUntil(lambda: len(told) == 2, timeout=PATIENCE)
    assert [tile.cell for tile in told] == list(cells(2, row=1))


def test_what_lies_there_untaken_is_dropped_when_another_generation_is_asked_for(qtbot, decoder, maker):
    decoder.want(AtlasJob(1, maker, cells(1)))
    qtbot.waitUntil(lambda: not decoder._left and not decoder._working and bool(decoder._made), timeout=PATIENCE)
    assert decoder.take_tiles(2) == []
    assert decoder.take_tiles(1) == []


def test_without_a_job_nothing_more_is_made(qtbot, decoder, maker):
    maker.gate.clear()
    decoder.want(AtlasJob(1, maker, cells(50)))
    maker.wait_for_a_batch()
    decoder.want(None)
    maker.gate.set()
    qtbot.waitUntil(lambda: not decoder.busy, timeout=PATIENCE)
    qtbot.wait(30)
    assert len(maker.batches) == 1
    assert decoder.take_tiles(1) == []


def test_a_batch_grows_until_it_takes_its_time_and_shrinks_at_once(qtbot, activity, monkeypatch):
    monkeypatch.setattr(atlas_decoder, "BATCH_SECONDS", 0.04)
    maker, slow = Maker(), threading.Event()
    decoder = AtlasDecoder(activity)

    def make(some):
        time.sleep((0.02 if slow.is_set() else 0.002) * len(some))
        if len(maker.made) > 60:
            slow.set()
        return maker(some)

    decoder.want(AtlasJob(1, make, cells(150)))
    qtbot.waitUntil(lambda: len(maker.made) == 150, timeout=2 * PATIENCE)
    decoder.close()
    sizes = [len(batch) for batch in maker.batches]
    assert sizes[0] == 1
    assert 4 <= max(sizes) <= 20
    assert max(sizes[-4:-1]) <= 2


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (GeneratorError("No memory left; choose the CPU."), "No memory left; choose the CPU."),
        (
            ValueError("odd.\nmore lines"),
            "The atlas could not be made: ValueError: odd. Open the checkpoint again.",
        ),
    ],
)
def test_a_failure_is_told_once_with_its_sentence_and_ends_that_job(qtbot, decoder, maker, error, sentence):
    maker.error = error
    with qtbot.waitSignal(decoder.failed, timeout=PATIENCE) as failed:
        decoder.want(AtlasJob(4, maker, cells(9)))
    assert failed.args == [4, sentence]
    qtbot.wait(30)
    assert len(maker.batches) == 1
    maker.error = None
    decoder.want(AtlasJob(5, maker, cells(2)))
    qtbot.waitUntil(lambda: len(maker.made) == 3, timeout=PATIENCE)


def test_a_failure_of_an_old_job_is_not_told(qtbot, decoder, maker):
    told = []
    decoder.failed.connect(lambda *args: told.append(args))
    maker.gate.clear()
    maker.error = GeneratorError("No memory left.")
    decoder.want(AtlasJob(1, maker, cells(1)))
    maker.wait_for_a_batch()
    good = Maker()
    decoder.want(AtlasJob(2, good, cells(2)))
    maker.gate.set()
    qtbot.waitUntil(lambda: len(good.made) == 2, timeout=PATIENCE)
    assert told == []


def test_after_closing_nothing_is_decoded_and_no_thread_is_left(qtbot, decoder, maker, activity):
    maker.gate.clear()
    decoder.want(AtlasJob(1, maker, cells(50)))
    maker.wait_for_a_batch()
    closer = threading.Thread(target=decoder.close)
    closer.start()
    maker.gate.set()
    closer.join(PATIENCE / 1000)
    assert not closer.is_alive()
    assert "atlas" not in {thread.name for thread in threading.enumerate()}
    decoder.want(AtlasJob(1, maker, cells(3, row=2)))
    qtbot.wait(30)
    assert len(maker.batches) == 1
    decoder.close()


def test_a_worker_that_waits_for_the_live_picture_can_be_closed(decoder, maker, activity):
    activity.asked(1)
    decoder.want(AtlasJob(1, maker, cells(3)))
    decoder.close()
    assert maker.batches == []
