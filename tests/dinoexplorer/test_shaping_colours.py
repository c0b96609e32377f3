from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.latent.shaping.colours import colours_of


def test_the_colours_of_a_picture_are_found_from_light_to_dark():
    picture = np.zeros((30, 30, 3), np.uint8)
    picture[:10], picture[10:20], picture[20:] = (250, 240, 230), (200, 30, 40), (10, 20, 60)

    assert colours_of(picture, 5) == ((250, 240, 230), (200, 30, 40), (10, 20, 60))


def test_a_plain_picture_has_one_colour():
    assert colours_of(np.full((16, 16, 3), 90, np.uint8), 7) == ((90, 90, 90),)


def test_colours_that_the_eye_does_not_tell_apart_are_one():
    picture = np.full((16, 16, 3), 90, np.uint8)
    picture[:8] += 6

    assert len(colours_of(picture, 7)) == 1


@given(seed=st.integers(0, 999), count=st.integers(1, 9), side=st.integers(1, 40))
@settings(max_examples=25, deadline=None)
def test_there_are_never_more_than_asked_for_and_all_differ(seed, count, side):
    picture = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)

    found = colours_of(picture, count)

    assert 1 <= len(found) <= count
    assert len(set(found)) == len(found)
    assert all(0 <= value <= 255 for colour in found for value in colour)
