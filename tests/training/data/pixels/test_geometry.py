from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from training.data.pixels.decoding import _TURNS
from training.data.pixels.geometry import cuts, turned
from training.data.sources.source import Box
from training.data.workshop.preparation import Crop, Preparation

sides = st.integers(1, 400)


def _asked(crop: Crop, size: int = 64) -> Preparation:
    return Preparation((), Path(), size=size, crop=crop)


@pytest.mark.parametrize(
    ("crop", "box", "taken", "size", "place"),
    [
        ("center", (50, 0, 150, 100), (50, 0, 150, 100), (64, 64), (0, 0, 64, 64)),
        ("fit", (0, -50, 200, 150), (0, 0, 200, 100), (64, 64), (0, 16, 64, 48)),
        ("squeeze", (0, 0, 200, 100), (0, 0, 200, 100), (64, 64), (0, 0, 64, 64)),
        ("none", (0, 0, 200, 100), (0, 0, 200, 100), (64, 32), (0, 0, 64, 32)),
        ("bbox", (50, 0, 150, 100), (50, 0, 150, 100), (64, 64), (0, 0, 64, 64)),
    ],
)
def test_a_wide_picture(
    crop: Crop,
    box: tuple[float, ...],
    taken: tuple[float, ...],
    size: tuple[int, int],
    place: tuple[int, ...],
) -> None:
    (cut,) = cuts((200, 100), _asked(crop))
    assert (cut.box, cut.taken, cut.size, cut.place, cut.marked) == (box, taken, size, place, False)


@pytest.mark.parametrize(
    ("box", "expected", "taken"),
    [
        (Box(80, 40, 100, 60), (80, 40, 100, 60), (80, 40, 100, 60)),
        (Box(80, 30, 120, 40), (80, 15, 120, 55), (80, 15, 120, 55)),  # grown to a square
        (Box(0, 0, 10, 40), (0, 0, 40, 40), (0, 0, 40, 40)),  # moved into the picture
        (Box(190, 60, 200, 100), (160, 60, 200, 100), (160, 60, 200, 100)),
        (Box(20, 90, 140, 100), (20, 0, 140, 120), (20, 0, 140, 100)),  # wider than the picture is high: padded
        (Box(-50, -50, 20, 20), (0, 0, 20, 20), (0, 0, 20, 20)),  # only what lies in the picture counts
    ],
)
def test_a_square_around_a_marked_part(box: Box, expected: tuple[float, ...], taken: tuple[float, ...]) -> None:
    (cut,) = cuts((200, 100), _asked("bbox"), [box])
    assert cut.box == expected
    assert cut.taken == taken
    assert cut.marked


def test_every_box_becomes_a_picture_with_its_label() -> None:
    boxes = [Box(0, 0, 10, 10, "cat"), Box(50, 50, 90, 90, "dog"), Box(0, 0, 5, 5)]
    assert [cut.label for cut in cuts((200, 100), _asked("bbox"), boxes)] == ["cat", "dog", None]


@pytest.mark.parametrize(
    "box",
    [
        Box(5, 5, 5, 9), Box(9, 9, 5, 5), Box(300, 0, 310, 10), Box(float("nan"), 0, 10, 10),
        Box(0, 0, float("inf"), 9),
        Box(0, 0, 2e-313, 2e-313),  # so small that its inverse is infinite
    ],
)  # fmt: skip
def test_a_box_that_is_none_is_passed_over(box: Box) -> None:
    (cut,) = cuts((200, 100), _asked("bbox"), [box])
    assert not cut.marked
    assert cut.box == (50, 0, 150, 100)


def test_a_crop_by_hand_wins_over_boxes() -> None:
    (cut,) = cuts((200, 100), _asked("bbox"), [Box(0, 0, 10, 10, "cat")], (20.0, 30.0, 60.0, 70.0))
    assert (cut.box, cut.label) == ((20, 30, 60, 70), None)


def test_a_crop_by_hand_may_reach_out_of_the_picture() -> None:
    (cut,) = cuts((200, 100), _asked("center"), crop=(-20.0, -20.0, 80.0, 80.0))
    assert (cut.taken, cut.place) == ((0, 0, 80, 80), (13, 13, 64, 64))


@pytest.mark.parametrize("crop", [(300.0, 0.0, 400.0, 100.0), (10.0, 10.0, 10.0, 20.0), (0.0, 0.0, float("nan"), 9.0)])
def test_a_crop_outside_takes_nothing(crop: tuple[float, float, float, float]) -> None:
    assert cuts((200, 100), _asked("fit"), crop=crop) == ()


@given(sides, sides, st.sampled_from(["center", "fit", "squeeze", "none", "bbox"]), st.integers(8, 300))
def test_what_is_taken_lies_in_the_picture_and_its_place_in_the_result(
    width: int, height: int, crop: Crop, size: int
) -> None:
    for cut in cuts((width, height), _asked(crop, size), [Box(width / 3, height / 4, width, height / 2)]):
        left, top, right, bottom = cut.taken
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        left, top, right, bottom = cut.place
        assert 0 <= left < right <= cut.size[0]
        assert 0 <= top < bottom <= cut.size[1]
        assert max(cut.size) == size


parts = st.floats(0.01, 1)


@given(size=st.tuples(sides, sides), left=st.floats(0, 1), top=st.floats(0, 1), shape=st.tuples(parts, parts))
def test_a_square_is_kept_inside_where_it_has_room(
    size: tuple[int, int], left: float, top: float, shape: tuple[float, float]
) -> None:
    width, height = size
    box = Box(left * width, top * height, (left + shape[0]) * width, (top + shape[1]) * height)
    for cut in cuts((width, height), _asked("bbox"), [box]):
        if cut.marked:
            side = cut.box[2] - cut.box[0]
            assert side == pytest.approx(cut.box[3] - cut.box[1], abs=1e-6)
            assert cut.taken[2] - cut.taken[0] == pytest.approx(min(side, width), abs=1e-6)
            assert cut.taken[3] - cut.taken[1] == pytest.approx(min(side, height), abs=1e-6)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_turns_with_its_picture(orientation: int) -> None:
    picture = Image.new("L", (30, 20))
    picture.paste(255, (3, 2, 10, 6))
    upright = picture.transpose(_TURNS[orientation]) if orientation > 1 else picture
    box = turned(Box(3, 2, 10, 6, "cat"), (30, 20), orientation)
    assert (box.left, box.top, box.right, box.bottom) == upright.getbbox()
    assert box.label == "cat"
    assert np.asarray(upright).sum() == 255 * 28
