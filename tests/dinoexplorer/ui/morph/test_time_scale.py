"""Where times lie on the axis, and how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinoexplorer.ui.morph.time_scale import MARGIN, TimeScale, clock, figure


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [(0, "0", "0:00.00"), (0.5, "0.5", "0:00.50"), (12, "12", "0:12.00"), (60, "1:00", "1:00.00"),
     (65.25, "1:05.25", "1:05.25"), (130, "2:10", "2:10.00")],
)  # fmt: skip
def test_times_are_written_short_and_with_all_their_digits(seconds, short, long):
    assert (figure(seconds), clock(seconds)) == (short, long)


@given(
    whole=st.floats(0, 5000),
    width=st.floats(200, 4000),
    factor=st.floats(0.1, 500),
    share=st.floats(0, 1),
    pixels=st.floats(-5000, 5000),
)
def test_a_zoomed_axis_never_leaves_the_whole_and_finds_its_times_again(whole, width, factor, share, pixels):
    scale = TimeScale().over(whole, width).zoomed(factor, share * width).moved(pixels)
    last = max(whole, 1.0)
    assert -1e-9 <= scale.start <= last
    assert scale.x(last) >= width - MARGIN - 1e-6 * width
    seconds = share * last
    assert scale.seconds(scale.x(seconds)) == pytest.approx(seconds, abs=1e-6 * max(last, 1))
    shown = scale.showing(seconds)
    assert MARGIN - 1e-3 <= shown.x(seconds) <= width - MARGIN + 1e-3 * max(1, shown.per_second / 1000)
    assert scale.step() * scale.per_second >= 64 - 1e-6


def test_an_axis_of_another_length_keeps_showing_the_whole():
    scale = TimeScale().over(4.0, 500).over(8.0, 900)
    assert (scale.x(0), scale.x(8.0)) == (MARGIN, pytest.approx(900 - MARGIN))
