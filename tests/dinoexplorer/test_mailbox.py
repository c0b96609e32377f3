from __future__ import annotations

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.rendering.mailbox import Mailbox

PATIENCE = 10


@settings(deadline=None)
@given(st.lists(st.integers(), min_size=1))
def test_the_newest_item_wins(items):
    mailbox = Mailbox()
    for item in items:
        mailbox.put(item)
    assert mailbox.take() == items[-1]


def test_an_item_is_taken_once():
    mailbox, taken = Mailbox(), []
    mailbox.put("first")
    assert mailbox.take() == "first"
    reader = threading.Thread(target=lambda: taken.append(mailbox.take()))
    reader.start()
    mailbox.put("second")
    reader.join(PATIENCE)
    assert taken == ["second"]


def test_a_waiting_reader_wakes_up_when_the_mailbox_closes():
    mailbox, taken = Mailbox(), []
    reader = threading.Thread(target=lambda: taken.append(mailbox.take()))
    reader.start()
    mailbox.close()
    reader.join(PATIENCE)
    assert not reader.is_alive()
    assert taken == [None]


def test_a_closed_mailbox_gives_nothing_even_if_something_lies_in_it():
    mailbox = Mailbox()
    mailbox.put("late")
    mailbox.close()
    assert mailbox.take() is None


def test_a_slow_reader_sees_rising_numbers_and_the_last_of_them():
    mailbox, seen = Mailbox(), []

    def read():
        while (number := mailbox.take()) is not None:
            seen.append(number)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 5001):
        mailbox.put(number)
    while seen[-1:] != [5000] and reader.is_alive():
        reader.join(0.001)
    mailbox.close()
    reader.join(PATIENCE)
    assert seen == sorted(set(seen))
    assert seen[-1] == 5000
