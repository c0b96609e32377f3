"""Work in the background gives way to the live picture, but not for ever."""

from __future__ import annotations

import threading
import time

import pytest

from dinoexplorer.rendering.giving_way import GivingWay
from dinoexplorer.rendering.live_activity import LiveActivity


def test_at_rest_nothing_is_held_up():
    began = time.monotonic()
    GivingWay(LiveActivity(), longest=20)()
    assert time.monotonic() - began < 5


def test_while_the_picture_is_asked_for_it_waits_and_goes_on_when_it_rests():
    activity = LiveActivity()
    passed = threading.Event()
    activity.asked(1)
    work = threading.Thread(target=lambda: (GivingWay(activity, longest=20)(), passed.set()))
    work.start()
    assert not passed.wait(0.2)
    activity.done(1)
    assert passed.wait(10)
    work.join()


def test_under_a_hand_that_never_rests_it_goes_on_after_a_while():
    activity = LiveActivity()
    activity.asked(1)
    began = time.monotonic()
    GivingWay(activity, longest=0.15)()
    assert 0.14 < time.monotonic() - began < 5


@pytest.mark.parametrize("before", [True, False])
def test_the_end_lets_go_at_once(before):
    activity = LiveActivity()
    activity.asked(1)
    giving_way = GivingWay(activity, longest=60)
    work = threading.Thread(target=giving_way)
    if before:
        giving_way.end()
    work.start()
    giving_way.end()
    work.join(10)
    assert not work.is_alive()
