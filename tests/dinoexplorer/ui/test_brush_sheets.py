"""What is painted over a picture: which pixels a stroke covers, and taking strokes back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.ui.brush import ColourSheet, MaskSheet, sheet

HEIGHT, WIDTH = 13, 17
PLACES = st.tuples(st.floats(-6, WIDTH + 6), st.floats(-6, HEIGHT + 6))


def distance(point, start, end):
    """From a point to a line between two places, the way school teaches it."""
    start, end, point = (np.array(one, float) for one in (start, end, point))
    along, length = end - start, float(((end - start) ** 2).sum())
    share = 0.0 if length == 0 else min(max(float((point - start) @ along) / length, 0), 1)
    return float(np.hypot(*(point - start - share * along)))


@settings(deadline=None, max_examples=60)
@given(PLACES, PLACES, st.floats(0.5, 8))
def test_a_stroke_covers_the_pixels_whose_middles_lie_in_it_and_those_of_its_ends(start, end, radius):
    mask = MaskSheet(HEIGHT, WIDTH)
    mask.line(start, end, radius)
    ends = {(int(np.floor(y)), int(np.floor(x))) for x, y in (start, end)}
    for row in range(HEIGHT):
        for column in range(WIDTH):
            away = distance((column + 0.5, row + 0.5), start, end)
            if abs(away - radius) > 1e-6:
                assert mask.mask[row, column] == (away < radius or (row, column) in ends)


QUARTERS = st.tuples(st.integers(-12, 2 * WIDTH + 12), st.integers(-12, 2 * HEIGHT + 12)).map(
    lambda place: (place[0] / 2 + 0.25, place[1] / 2 + 0.25)
)


@settings(deadline=None, max_examples=60)
@given(QUARTERS, QUARTERS)
def test_a_rectangle_covers_every_pixel_that_it_touches(one, other):
    mask = MaskSheet(HEIGHT, WIDTH)
    mask.rectangle(one, other)
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(one, other, strict=True))
    for row in range(HEIGHT):
        for column in range(WIDTH):
            touched = left < column + 1 and right > column and top < row + 1 and bottom > row
            assert mask.mask[row, column] == touched


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(PLACES, PLACES, st.booleans(), st.booleans()), max_size=6))
def test_strokes_are_taken_back_and_painted_again_one_by_one(strokes):
    mask, seen = MaskSheet(HEIGHT, WIDTH), [np.zeros((HEIGHT, WIDTH), bool)]
    for start, end, erase, inverts in strokes:
        if inverts:
            mask.invert()
        else:
            mask.line(start, end, 2.5, erase=erase)
        if not np.array_equal(mask.mask, seen[-1]):
            seen.append(mask.mask)
    for before in reversed(seen[:-1]):
        mask.undo()
        assert np.array_equal(mask.mask, before)
    assert not mask.can_undo
    mask.undo()
    for after in seen[1:]:
        mask.redo()
        assert np.array_equal(mask.mask, after)
    assert not mask.can_redo


def test_all_that_is_painted_between_begin_and_end_is_one_stroke():
    mask = MaskSheet(20, 20)
    mask.begin()
    mask.line((2, 2), (2, 2), 1)
    mask.line((2, 2), (15, 15), 1)
    assert mask.painting
    assert not mask.can_undo
    assert mask.end()
    mask.undo()
    assert mask.empty


def test_a_new_stroke_leaves_nothing_to_be_painted_again():
    mask = MaskSheet(20, 20)
    mask.line((5, 5), (5, 5), 3)
    mask.undo()
    assert mask.can_redo
    mask.line((15, 15), (15, 15), 3)
    assert not mask.can_redo


def test_a_stroke_that_changes_nothing_is_none():
    mask = MaskSheet(20, 20)
    mask.line((5, 5), (5, 5), 3, erase=True)
    mask.line((-9, -9), (-9, -9), 3)
    mask.clear()
    assert not mask.can_undo


def test_a_stroke_that_is_given_up_leaves_no_trace():
    mask = MaskSheet(20, 20)
    mask.line((5, 5), (5, 5), 3)
    before = mask.mask
    mask.begin()
    mask.line((15, 15), (15, 15), 3)
    mask.cancel()
    assert np.array_equal(mask.mask, before)
    mask.undo()
    assert mask.empty
    assert not mask.can_undo


def test_inverting_and_clearing_are_strokes_and_the_share_follows():
    mask = MaskSheet(10, 20)
    mask.rectangle((0, 0), (10, 10))
    assert mask.share == 0.5
    mask.rectangle((0, 0), (5, 10))
    mask.invert()
    assert mask.mask[:, 10:].all()
    assert not mask.mask[:, :10].any()
    mask.clear()
    assert mask.empty
    mask.undo()
    assert mask.share == 0.5


def test_colours_are_opaque_where_painted_and_each_stroke_has_its_own():
    colours = ColourSheet(16, 16, (200, 10, 20))
    colours.line((4, 4), (4, 4), 2)
    colours.colour = (0, 0, 255)
    colours.line((12, 12), (12, 12), 2)
    assert colours.rgba[4, 4].tolist() == [200, 10, 20, 255]
    assert colours.rgba[12, 12].tolist() == [0, 0, 255, 255]
    assert colours.rgba[0, 0].tolist() == [0, 0, 0, 0]
    colours.line((4, 4), (4, 4), 3, erase=True)
    assert colours.rgba[:8, :8].max() == 0


def test_what_is_told_cannot_be_written_to():
    mask = MaskSheet(4, 4)
    with pytest.raises(ValueError, match="read-only"):
        mask.pixels[0, 0] = 1
    mask.mask[0, 0] = True
    assert mask.empty


def test_the_oldest_strokes_are_forgotten_when_they_take_too_much_memory(monkeypatch):
    monkeypatch.setattr(sheet, "_MOST_BYTES", 900)
    mask = MaskSheet(20, 20)
    for _ in range(5):
        mask.invert()  # 800 bytes each
    mask.undo()
    assert not mask.can_undo
    assert mask.empty
