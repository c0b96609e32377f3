from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec
from dinoexplorer.latent.latent_map import map_path, write_map
from dinoexplorer.latent.steering import prepare_steering
from dinoexplorer.rendering import renderer as renderer_module
from dinoexplorer.rendering.live_activity import PAUSE
from dinoexplorer.rendering.renderer import Renderer

PATIENCE = 10_000  # milliseconds


class FakeGenerator:
    """Shows the first value of its code as a grey level; decodes only while ``gate`` is open."""

    runtime = "fake"
    device = "cpu"

    def __init__(self, path: Path = Path("fake.safetensors")) -> None:
        spec = LatentSpec(2, np.zeros(2, np.float32), np.ones(2, np.float32))
        self.info = GeneratorInfo(path, "fake", "fake", spec, 8, 3, (), 0, encoder=False, sha256="0")
        self.gate, self.entered = threading.Event(), threading.Semaphore(0)
        self.gate.set()
        self.decoded: list[float] = []
        self.error: Exception | None = None
        self.sped_up = threading.Event()

    def decode_frame(self, code, side, *, smooth):  # noqa: ARG002
        self.entered.release()
        assert self.gate.wait(PATIENCE / 1000)
        self.decoded.append(float(code[0]))
        if self.error is not None and code[0]:
            raise self.error
        return np.full((side, side, 4), int(code[0]), np.uint8)

    def speed_up(self):
        self.sped_up.set()


@pytest.fixture
def generators():
    """Generators by path; opening one that is not here fails."""
    return {}


@pytest.fixture
def renderer(qapp, generators):
    def open_fake(path, device):
        generator = generators[path]
        if isinstance(generator, Exception):
            raise generator
        if isinstance(generator, threading.Event):
            assert generator.wait(PATIENCE / 1000)
            return FakeGenerator(path)
        return generator

    renderer = Renderer(open_function=open_fake)
    yield renderer
    for generator in generators.values():
        if isinstance(generator, FakeGenerator):
            generator.gate.set()
    renderer.close()


def open_now(qtbot, renderer, generators, name="fake.safetensors", generator=None):
    """Open a fake and make it the present one, as the window does."""
    path = Path(name)
    generators[path] = generator or FakeGenerator(path)
    with qtbot.waitSignal(renderer.opened, timeout=PATIENCE) as signal:
        renderer.open(path)
    assert renderer.adopt(signal.args[0])
    generator = generators[path]
    while generator.entered.acquire(blocking=False):
        pass
    generator.decoded.clear()
    return generator


def code(value: float):
    return np.array([value, 0], np.float32)


def next_frame(qtbot, renderer):
    frames = []

    def there_is_one():
        frames.append(renderer.take_frame())
        return frames[-1] is not None

    qtbot.waitUntil(there_is_one, timeout=PATIENCE)
    return frames[-1]


def test_a_request_becomes_a_frame_of_its_code_and_side(qtbot, renderer, generators):
    open_now(qtbot, renderer, generators)
    with qtbot.waitSignal(renderer.frame_rendered, timeout=PATIENCE):
        number = renderer.request(code(7), 5, smooth=True)
    frame = renderer.take_frame()
    assert frame.request.number == number
    assert frame.image.shape == (5, 5, 4)
    assert (frame.image == 7).all()
    assert frame.error == ""
    assert frame.request.submitted <= frame.started <= frame.finished
    assert frame.decode_ms == pytest.approx((frame.finished - frame.started) * 1e3)


def test_while_one_picture_is_made_only_the_newest_request_waits(qtbot, renderer, generators):
    generator = open_now(qtbot, renderer, generators)
    generator.gate.clear()
    renderer.request(code(1), 4, smooth=True)
    assert generator.entered.acquire(timeout=PATIENCE / 1000)
    for value in range(2, 50):
        renderer.request(code(value), 4, smooth=True)
    generator.gate.set()
    shown = []

    def is_newest():
        frame = renderer.take_frame()
        shown.extend([frame.image[0, 0, 0]] if frame else [])
        return shown[-1:] == [49]

    qtbot.waitUntil(is_newest, timeout=PATIENCE)
    assert generator.decoded == [1, 49]
    assert shown in ([1, 49], [49])


def test_frames_never_come_out_of_order_while_requests_pour_in(qtbot, renderer, generators):
    open_now(qtbot, renderer, generators)
    shown = []
    renderer.frame_rendered.connect(lambda: shown.append(renderer.take_frame()))
    for value in range(300):
        last = renderer.request(code(value % 200), 4, smooth=True)
        if value % 10 == 0:
            qtbot.wait(1)
    qtbot.waitUntil(lambda: any(frame and frame.request.number == last for frame in shown), timeout=PATIENCE)
    numbers = [frame.request.number for frame in shown if frame]
    assert numbers == sorted(set(numbers))


def test_the_renderer_says_when_it_is_asked_and_when_it_is_at_rest(qtbot, renderer, generators):
    generator, activity = open_now(qtbot, renderer, generators), renderer.activity
    with activity.changed:
        assert activity.until_rest() == 0
    generator.gate.clear()
    renderer.request(code(1), 4, smooth=True)
    renderer.request(code(2), 4, smooth=True)
    with activity.changed:
        assert activity.until_rest() is None
    generator.gate.set()
    with activity.changed:
        assert activity.changed.wait_for(lambda: activity.until_rest() is not None, PATIENCE / 1000)
        assert activity.until_rest() <= PAUSE
    assert generator.decoded[-1] == 2


def test_a_frame_is_taken_once(qtbot, renderer, generators):
    open_now(qtbot, renderer, generators)
    renderer.request(code(1), 4, smooth=True)
    assert next_frame(qtbot, renderer) is not None
    assert renderer.take_frame() is None


def test_several_frames_are_told_once_until_one_is_taken(qtbot, renderer, generators):
    generator = open_now(qtbot, renderer, generators)
    told = []
    renderer.frame_rendered.connect(lambda: told.append(True))
    renderer.request(code(1), 4, smooth=True)
    qtbot.waitUntil(lambda: told == [True], timeout=PATIENCE)
    renderer.request(code(2), 4, smooth=True)
    qtbot.waitUntil(lambda: len(generator.decoded) == 2, timeout=PATIENCE)
    qtbot.wait(20)
    assert told == [True]
    qtbot.waitUntil(
        lambda: (frame := renderer.take_frame()) is not None and frame.image[0, 0, 0] == 2, timeout=PATIENCE
    )


def test_nothing_is_rendered_when_nothing_was_asked(qtbot, renderer, generators):
    generator = open_now(qtbot, renderer, generators)
    renderer.request(code(1), 4, smooth=True)
    next_frame(qtbot, renderer)
    qtbot.wait(50)
    assert generator.decoded == [1]
    assert renderer.take_frame() is None


def test_without_a_generator_a_request_is_number_zero(renderer):
    assert renderer.request(code(1), 4, smooth=True) == 0
    assert renderer.take_frame() is None


def test_no_frame_of_the_old_generator_appears_after_a_switch(qtbot, renderer, generators):
    old = open_now(qtbot, renderer, generators, "old.safetensors")
    old.gate.clear()
    renderer.request(code(1), 4, smooth=True)
    assert old.entered.acquire(timeout=PATIENCE / 1000)
    open_now(qtbot, renderer, generators, "new.safetensors")
    with qtbot.waitSignal(renderer.frame_rendered, timeout=PATIENCE):
        old.gate.set()
    assert renderer.take_frame() is None
    renderer.request(code(2), 4, smooth=True)
    assert next_frame(qtbot, renderer).image[0, 0, 0] == 2


def test_the_old_generator_stays_in_use_until_the_new_one_is_adopted(qtbot, renderer, generators):
    old = open_now(qtbot, renderer, generators, "old.safetensors")
    generators[Path("new.safetensors")] = FakeGenerator()
    with qtbot.waitSignal(renderer.opened, timeout=PATIENCE) as signal:
        renderer.open(Path("new.safetensors"))
    renderer.request(code(3), 4, smooth=True)
    next_frame(qtbot, renderer)
    assert old.decoded == [3]
    assert renderer.adopt(signal.args[0])
    assert renderer.current is signal.args[0]


def test_of_two_openings_the_last_one_wins_whichever_is_ready_first(qtbot, renderer, generators):
    slow = generators[Path("slow.safetensors")] = threading.Event()
    quick = generators[Path("quick.safetensors")] = FakeGenerator(Path("quick.safetensors"))
    opened = []
    renderer.opened.connect(opened.append)
    renderer.open(Path("slow.safetensors"))
    second = renderer.open(Path("quick.safetensors"))
    qtbot.waitUntil(lambda: bool(opened), timeout=PATIENCE)
    slow.set()
    for thread in tuple(renderer._openers):
        thread.join(PATIENCE / 1000)
    qtbot.wait(20)
    assert [(one.generation, one.generator) for one in opened] == [(second, quick)]


def test_what_was_opened_before_a_later_opening_is_not_adopted(qtbot, renderer, generators):
    generators[Path("a.safetensors")] = FakeGenerator()
    never = generators[Path("b.safetensors")] = threading.Event()
    with qtbot.waitSignal(renderer.opened, timeout=PATIENCE) as signal:
        renderer.open(Path("a.safetensors"))
    renderer.open(Path("b.safetensors"))
    assert not renderer.adopt(signal.args[0])
    assert renderer.current is None
    never.set()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (GeneratorError("It is empty."), "It is empty."),
        (ValueError("odd\nmore lines"), "bad.safetensors could not be opened: ValueError: odd."),
        (RuntimeError(), "bad.safetensors could not be opened: RuntimeError."),
    ],
)
def test_a_failed_opening_is_told_and_leaves_what_is_open(qtbot, renderer, generators, error, sentence):
    good = open_now(qtbot, renderer, generators)
    generators[Path("bad.safetensors")] = error
    with qtbot.waitSignal(renderer.opening_failed, timeout=PATIENCE) as signal:
        generation = renderer.open(Path("bad.safetensors"))
    assert signal.args == [generation, sentence]
    assert renderer.current.generator is good
    renderer.request(code(5), 4, smooth=True)
    assert next_frame(qtbot, renderer).image[0, 0, 0] == 5


def test_a_generator_that_cannot_make_its_first_picture_does_not_open(qtbot, renderer, generators):
    generator = generators[Path("fake.safetensors")] = FakeGenerator()
    generator.info.latent.mean[0] = 1
    generator.error = GeneratorError("No memory left.")
    with qtbot.waitSignal(renderer.opening_failed, timeout=PATIENCE) as signal:
        renderer.open(Path("fake.safetensors"))
    assert signal.args[1] == "No memory left."


def test_an_unknown_device_is_a_failed_opening(qtbot, renderer, generators):
    generators[Path("fake.safetensors")] = FakeGenerator()
    with qtbot.waitSignal(renderer.opening_failed, timeout=PATIENCE) as signal:
        renderer.open(Path("fake.safetensors"), "tpu")
    assert signal.args[1] == "There is no device called 'tpu'; use auto, cpu, cuda, cuda:N or mps."


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (GeneratorError("No memory left."), "No memory left."),
        (
            IndexError("out of range.\nsecond line"),
            "This picture could not be made: IndexError: out of range. Move on, or open the checkpoint again.",
        ),
    ],
)
def test_an_error_becomes_a_frame_that_says_so_and_the_next_picture_comes(qtbot, renderer, generators, error, sentence):
    generator = open_now(qtbot, renderer, generators)
    generator.error = error
    renderer.request(code(1), 4, smooth=True)
    frame = next_frame(qtbot, renderer)
    assert frame.image is None
    assert frame.error == sentence
    generator.error = None
    renderer.request(code(2), 4, smooth=True)
    assert next_frame(qtbot, renderer).image[0, 0, 0] == 2


def test_a_faster_runtime_is_looked_for_after_the_first_picture_is_possible(qtbot, renderer, generators):
    generator = open_now(qtbot, renderer, generators)
    assert generator.sped_up.wait(PATIENCE / 1000)


def test_a_search_for_a_faster_runtime_that_fails_is_quiet(qtbot, renderer, generators, monkeypatch):
    troubles = []
    monkeypatch.setattr(threading, "excepthook", troubles.append)
    generator = FakeGenerator()
    generator.speed_up = lambda: 1 / 0
    open_now(qtbot, renderer, generators, generator=generator)
    for thread in tuple(renderer._openers):
        thread.join(PATIENCE / 1000)
    assert troubles == []


def test_what_the_map_needs_is_prepared_away_from_the_window(qtbot, renderer, generators, monkeypatch):
    names = []

    def prepare(latent_map, spec):
        names.append(threading.current_thread().name)
        return prepare_steering(latent_map, spec)

    monkeypatch.setattr(renderer_module, "prepare_steering", prepare)
    open_now(qtbot, renderer, generators)
    assert names == ["open-1"]
    assert tuple(renderer.current.steering.way_back(1.0, 2.0).code) == (1.0, 2.0)
    assert renderer.current.first.shape == (2,)


def test_the_map_beside_the_checkpoint_comes_along_or_the_reason_why_not(
    qtbot, renderer, generators, tmp_path, make_map
):
    path = tmp_path / "fake.safetensors"
    open_now(qtbot, renderer, generators, str(path))
    assert renderer.current.latent_map is None
    assert "No latent map lies beside fake.safetensors" in renderer.current.map_note
    write_map(map_path(path), make_map(10, 2, "plane", sha256="0"))
    open_now(qtbot, renderer, generators, str(path))
    assert len(renderer.current.latent_map) == 10
    assert renderer.current.map_note == ""


def test_closing_ends_both_threads_and_waits_for_the_picture_under_way(qtbot, renderer, generators):
    generator = open_now(qtbot, renderer, generators)
    generator.gate.clear()
    renderer.request(code(1), 4, smooth=True)
    assert generator.entered.acquire(timeout=PATIENCE / 1000)
    closer = threading.Thread(target=renderer.close)
    closer.start()
    closer.join(0.05)
    assert closer.is_alive()
    generator.gate.set()
    closer.join(PATIENCE / 1000)
    assert not closer.is_alive()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("render", "open-"))]
    assert renderer.current is None


def test_closing_twice_and_before_anything_was_opened_is_harmless(renderer):
    renderer.close()
    renderer.close()


def test_a_real_checkpoint_opens_and_renders(qtbot, deep_checkpoint):
    renderer = Renderer()
    try:
        with qtbot.waitSignal(renderer.opened, timeout=6 * PATIENCE) as signal:
            renderer.open(deep_checkpoint, "cpu")
        assert renderer.adopt(signal.args[0])
        renderer.request(np.zeros(5, np.float32), 40, smooth=True)
        frame = next_frame(qtbot, renderer)
        wanted = signal.args[0].generator.decode_frame(np.zeros(5, np.float32), 40, smooth=True)
        assert np.abs(frame.image.astype(int) - wanted).max() <= 1  # a faster runtime may have taken over
    finally:
        renderer.close()


def test_a_real_file_that_is_none_is_a_failed_opening(qtbot, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    renderer = Renderer()
    try:
        with qtbot.waitSignal(renderer.opening_failed, timeout=6 * PATIENCE) as signal:
            renderer.open(path, "cpu")
    finally:
        renderer.close()
    assert signal.args[1].startswith("notes.txt is a text file")
