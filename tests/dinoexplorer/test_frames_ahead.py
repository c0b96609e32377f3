"""Pictures of a film, made ahead and kept."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorInfo, LatentSpec
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.keyframe import Segment
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.rendering.frame_meter import FrameMeter
from dinoexplorer.rendering.frame_store import FrameStore
from dinoexplorer.rendering.frames import Frame, RenderRequest
from dinoexplorer.rendering.frames_ahead import FramesAhead, Stand, around
from dinoexplorer.rendering.live_activity import LiveActivity
from dinoexplorer.rendering.renderer import Opened, Renderer

SIDE = 8
PATIENCE = 10_000


class Grey:
    """Shows the first value of its code as a grey level; a value of 13 fails."""

    runtime, device = "fake", "cpu"

    def __init__(self) -> None:
        spec = LatentSpec(1, np.zeros(1, np.float32), np.ones(1, np.float32))
        self.info = GeneratorInfo(Path("grey.safetensors"), "fake", "fake", spec, SIDE, 3, (), 0, False, "0")
        self.decoded: list[float] = []
        self.gate = threading.Event()
        self.gate.set()

    def decode_frame(self, code, side, *, smooth):  # noqa: ARG002
        assert self.gate.wait(PATIENCE / 1000)
        self.decoded.append(float(code[0]))
        if round(float(code[0])) == 13:
            raise ValueError("unlucky")
        return np.full((side, side, 4), round(float(code[0])), np.uint8)


@pytest.fixture
def grey():
    return Grey()


def film(grey, *codes, repeat="once"):
    """A frame a second, from one of these codes to the next in as many seconds as they are apart."""
    keys = np.float32(codes)[:, None]
    timeline = Timeline.through(keys, Segment(10, "linear"), repeat=repeat)
    return Film(timeline, 1, Surroundings(grey.info))


@pytest.fixture
def store(grey):
    made = FrameStore()
    made.follow(grey)
    return made


@pytest.fixture
def ahead(qapp, store):
    made = FramesAhead(LiveActivity(), store)
    yield made
    made.close()


def settled(qtbot, ahead):
    qtbot.waitUntil(lambda: not ahead.busy, timeout=PATIENCE)


def kept(store, film_, smooth=True):
    return [n for n in range(film_.distinct) if store.picture(film_.code(n), SIDE, smooth=smooth) is not None]


def test_the_nearest_frames_come_first():
    assert list(around(2, 7)) == [2, 3, 1, 4, 0, 5, 6]
    assert list(around(0, 1)) == [0]
    assert list(around(3, 4)) == [3, 2, 1, 0]


def test_all_frames_are_made_the_nearest_first(qtbot, grey, store, ahead):
    run = film(grey, 0, 10)
    with qtbot.waitSignal(ahead.grown):
        ahead.follow(Stand(grey, run, 5, SIDE, True))
    settled(qtbot, ahead)
    assert grey.decoded == [5, 6, 4, 7, 3, 8, 2, 9, 1, 10, 0]
    assert ahead.spans() == [(0, 11)]
    image = store.picture(run.code(7), SIDE, smooth=True)
    assert image.shape == (SIDE, SIDE, 4)
    assert (image == 7).all()
    assert kept(store, run, smooth=False) == []


def test_only_as_many_are_made_as_there_is_room_for_and_the_farthest_go(qtbot, grey, ahead, store):
    store._most = 5 * 4 * SIDE * SIDE
    run = film(grey, 0, 10)
    ahead.follow(Stand(grey, run, 2, SIDE, True))
    settled(qtbot, ahead)
    assert kept(store, run) == [0, 1, 2, 3, 4]
    ahead.follow(Stand(grey, run, 4, SIDE, True))
    settled(qtbot, ahead)
    assert ahead.spans() == [(2, 7)]
    assert kept(store, run) == [2, 3, 4, 5, 6]
    assert sorted(grey.decoded) == [0, 1, 2, 3, 4, 5, 6]  # none of them twice


def test_an_edit_keeps_the_frames_whose_times_it_leaves_alone(qtbot, grey, ahead, store):
    ahead.follow(Stand(grey, film(grey, 0, 10, 20), 0, SIDE, True))
    settled(qtbot, ahead)
    grey.decoded.clear()
    edited = film(grey, 0, 10, 30)
    ahead.follow(Stand(grey, edited, 0, SIDE, True))
    settled(qtbot, ahead)
    assert grey.decoded == [22, 24, 26, 28, 30]  # 12, 14, 16, 18 and 20 are frames of the old film, too
    assert ahead.spans() == [(0, 21)]


def test_there_and_back_shows_the_same_frames(qtbot, grey, ahead, store):
    run = film(grey, 0, 10, repeat="ping-pong")
    assert (run.frames, run.distinct) == (20, 11)
    assert [run.twin(frame) for frame in (0, 10, 11, 19)] == [0, 10, 9, 1]
    ahead.follow(Stand(grey, run, 0, SIDE, True))
    settled(qtbot, ahead)
    assert len(grey.decoded) == 11
    assert all(store.picture(run.code(frame), SIDE, smooth=True) is not None for frame in range(20))


def test_a_picture_that_cannot_be_made_is_left_out(qtbot, grey, ahead):
    ahead.follow(Stand(grey, film(grey, 10, 20), 0, SIDE, True))
    settled(qtbot, ahead)
    assert ahead.spans() == [(0, 3), (4, 11)]


def test_nothing_is_made_while_the_live_picture_has_something_to_do(qtbot, grey, store):
    activity = LiveActivity()
    ahead = FramesAhead(activity, store)
    try:
        activity.asked(1)
        ahead.follow(Stand(grey, film(grey, 0, 10), 0, SIDE, True))
        qtbot.waitUntil(lambda: bool(activity.changed._waiters), timeout=PATIENCE)  # it has looked, and sleeps
        assert grey.decoded == []
        activity.done(1)
        settled(qtbot, ahead)
        assert len(grey.decoded) == 11
    finally:
        ahead.close()


def test_another_film_ends_the_work_on_the_one_before(qtbot, grey, ahead):
    grey.gate.clear()
    ahead.follow(Stand(grey, film(grey, 0, 10), 0, SIDE, True))
    ahead.follow(None)
    grey.gate.set()
    settled(qtbot, ahead)
    assert ahead.spans() == []
    assert len(grey.decoded) <= 1


def test_another_generator_forgets_the_pictures(grey, store):
    code = np.float32([3])
    store.keep(grey, code, np.zeros((SIDE, SIDE, 4), np.uint8), smooth=True)
    assert store.picture(code, SIDE, smooth=True) is not None
    other = Grey()
    store.follow(other)
    assert store.picture(code, SIDE, smooth=True) is None
    store.keep(grey, code, np.zeros((SIDE, SIDE, 4), np.uint8), smooth=True)  # one that was being made
    assert store.picture(code, SIDE, smooth=True) is None


@pytest.fixture
def renderer(qapp, grey):
    made = Renderer()
    made.adopt(Opened(0, grey, None, "", "", None, np.zeros(1, np.float32)))
    yield made
    made.close()


def next_frame(qtbot, renderer, ask):
    with qtbot.waitSignal(renderer.frame_rendered, timeout=PATIENCE):
        ask()
    return renderer.take_frame()


def test_a_kept_picture_is_shown_at_once_and_only_where_it_is_asked_for_as_such(qtbot, grey, renderer):
    code = np.float32([7])
    first = next_frame(qtbot, renderer, lambda: renderer.request(code, SIDE, smooth=True, kept=True))
    again = next_frame(qtbot, renderer, lambda: renderer.request(code.copy(), SIDE, smooth=True, kept=True))
    assert grey.decoded == [7]
    assert again.image is first.image
    assert again.request.number == first.request.number + 1
    with renderer.activity.changed:
        assert renderer.activity.until_rest() is not None
    next_frame(qtbot, renderer, lambda: renderer.request(code, SIDE, smooth=True))
    assert grey.decoded == [7, 7]


def test_a_decode_that_a_kept_picture_has_overtaken_is_not_shown(qtbot, grey, renderer):
    kept_code = np.float32([7])
    next_frame(qtbot, renderer, lambda: renderer.request(kept_code, SIDE, smooth=True, kept=True))
    grey.gate.clear()
    renderer.request(np.float32([9]), SIDE, smooth=True, kept=True)
    number = renderer.request(kept_code, SIDE, smooth=True, kept=True)
    grey.gate.set()
    qtbot.waitUntil(lambda: len(grey.decoded) == 2, timeout=PATIENCE)
    renderer.close()
    frame = renderer._newest
    assert frame.request.number == number


def test_a_kept_picture_takes_no_time_and_leaves_the_figure_of_the_last_decode():
    meter = FrameMeter()
    request = RenderRequest(1, 0, np.zeros(1, np.float32), SIDE, True, 0.0)
    meter.record(Frame(request, None, 1.0, 1.004), 1.01)
    meter.record(Frame(request, None, 2.0, 2.0), 2.0)
    assert meter.decode_ms == pytest.approx(4.0)
