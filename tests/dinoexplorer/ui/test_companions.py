"""Generators beside the open one: the newest wins, each has its turn, and what is removed is gone."""

from __future__ import annotations

import gc
import threading
import weakref

import numpy as np
import pytest

from dinoexplorer.comparing.subjects import subject_of
from dinoexplorer.generators import GeneratorError
from dinoexplorer.rendering.companions import Companions
from dinoexplorer.rendering.live_activity import LiveActivity

PATIENCE = 30_000


@pytest.fixture
def beside(qtbot, tmp_path, write_fake):
    """Companions of the fakes, and the generators that they opened by name."""
    import dino_fakes

    opened = {}

    def open_(path, device):
        if path.stem == "broken":
            raise RuntimeError("no such layer")
        generator = dino_fakes.open_fake(path, device)
        opened[path.stem] = generator
        return generator

    companions = Companions(LiveActivity(), open_function=open_)
    companions.of = opened

    def add(name, dim=2, **more):
        path = write_fake(tmp_path / f"{name}.safetensors", dim, points=0, **more)
        with qtbot.waitSignal(companions.opened, timeout=PATIENCE):
            return companions.add(path, "cpu")

    companions.add_fake = add
    yield companions
    for generator in opened.values():
        generator.gate.set()
    companions.close()


def collect(qtbot, companions, wanted):
    """The frames of these keys, once they are there."""
    frames = {}

    def complete():
        frames.update(companions.take_frames())
        return set(frames) >= set(wanted)

    qtbot.waitUntil(complete, timeout=PATIENCE)
    return frames


def at(author, *values):
    return subject_of("code", author, np.array(values, np.float32))


def test_each_answers_with_its_own_picture_of_the_same_code(qtbot, beside):
    first, second = beside.add_fake("first"), beside.add_fake("second", hue=1.0)
    subject = at(beside.of["first"], 1, -1)
    for key in (first, second):
        beside.ask(key, subject, 64, smooth=True)
    frames = collect(qtbot, beside, (first, second))
    for key, name in ((first, "first"), (second, "second")):
        np.testing.assert_array_equal(frames[key].image[..., :3], beside.of[name].decode(subject.code[None])[0])
    assert not np.array_equal(frames[first].image, frames[second].image)


def test_of_what_is_asked_for_meanwhile_only_the_newest_is_made(qtbot, beside):
    key = beside.add_fake("first")
    generator = beside.of["first"]
    generator.gate.clear()
    numbers = [beside.ask(key, at(generator, value, 0), 8, smooth=True) for value in range(1)]
    qtbot.waitUntil(lambda: not beside.busy, timeout=PATIENCE)
    numbers += [beside.ask(key, at(generator, value, 0), 8, smooth=True) for value in range(1, 9)]
    generator.gate.set()
    qtbot.waitUntil(lambda: len(generator.decoded) == 2 and not beside.busy, timeout=PATIENCE)
    assert [code[0] for code in generator.decoded] == [0, 8]
    assert numbers == sorted(numbers)


def test_one_that_is_asked_again_and_again_does_not_starve_another(qtbot, beside):
    first, second = beside.add_fake("first"), beside.add_fake("second")
    one = beside.of["first"]
    one.gate.clear()
    beside.ask(first, at(one, 0, 0), 8, smooth=True)
    qtbot.waitUntil(lambda: not beside.busy, timeout=PATIENCE)
    beside.ask(first, at(one, 1, 0), 8, smooth=True)
    beside.ask(second, at(one, 1, 0), 8, smooth=True)
    order = []
    for name in ("first", "second"):
        _record(beside.of[name], order, name)
    one.gate.set()
    qtbot.waitUntil(lambda: len(order) == 2, timeout=PATIENCE)
    assert order == ["second", "first"]


def _record(generator, order, name):
    decode = generator.decode

    def recorded(codes):
        if codes[0, 0] == 1:
            order.append(name)
        return decode(codes)

    generator.decode = recorded


def test_while_the_live_picture_moves_they_take_a_share_of_the_time(qtbot, beside, monkeypatch):
    key = beside.add_fake("first")
    generator, activity = beside.of["first"], beside._activity
    activity.asked(1)  # and not done: the live picture has something to do all the time
    beside.ask(key, at(generator, 0, 0), 8, smooth=True)
    collect(qtbot, beside, (key,))
    beside.ask(key, at(generator, 1, 0), 8, smooth=True)
    frame = collect(qtbot, beside, (key,))[key]
    assert frame.request.code[0] == 1


def test_one_that_cannot_be_opened_says_why_and_the_others_go_on(qtbot, beside, tmp_path, write_fake):
    path = write_fake(tmp_path / "broken.safetensors", 2, points=0)
    with qtbot.waitSignal(beside.failed, timeout=PATIENCE) as told:
        key = beside.add(path, "cpu")
    assert told.args == [key, "broken.safetensors could not be opened: RuntimeError: no such layer."]
    other = beside.add_fake("first")
    beside.ask(other, at(beside.of["first"], 0, 0), 8, smooth=True)
    assert collect(qtbot, beside, (other,))[other].image is not None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (GeneratorError("No memory left; choose the CPU."), "No memory left; choose the CPU."),
        (
            ValueError("bad shape."),
            "This picture could not be made: ValueError: bad shape. Move on, or remove this checkpoint.",
        ),
    ],
)
def test_a_decode_that_fails_becomes_a_sentence(qtbot, beside, error, sentence):
    key = beside.add_fake("first")

    def fail(_codes):
        raise error

    beside.of["first"].decode = fail
    beside.ask(key, at(beside.of["first"], 0, 0), 8, smooth=True)
    frame = collect(qtbot, beside, (key,))[key]
    assert (frame.image, frame.error) == (None, sentence)


def test_what_is_removed_is_released_and_answers_no_more(qtbot, beside):
    key = beside.add_fake("first")
    generator = beside.of["first"]
    generator.gate.clear()
    beside.ask(key, at(generator, 0, 0), 8, smooth=True)
    qtbot.waitUntil(lambda: not beside.busy, timeout=PATIENCE)
    beside.remove(key)
    generator.gate.set()
    gone = weakref.ref(beside.of.pop("first"))
    del generator
    other = beside.add_fake("second")
    beside.ask(other, at(beside.of["second"], 0, 0), 8, smooth=True)
    assert set(collect(qtbot, beside, (other,))) == {other}
    gc.collect()
    qtbot.waitUntil(lambda: gone() is None, timeout=PATIENCE)


def test_closing_while_one_is_being_opened_ends_both_threads(qtbot, tmp_path, write_fake):
    import dino_fakes

    entered, go_on = threading.Event(), threading.Event()

    def open_slowly(path, device):
        entered.set()
        go_on.wait(20)
        return dino_fakes.open_fake(path, device)

    companions = Companions(LiveActivity(), open_function=open_slowly)
    companions.add(write_fake(tmp_path / "slow.safetensors", 2, points=0), "cpu")
    assert entered.wait(20)
    threading.Timer(0.05, go_on.set).start()
    companions.close()
    assert companions._threads == []
