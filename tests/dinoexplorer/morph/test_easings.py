"""Every easing against its formula, and what all of them have in common."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinoexplorer.morph.easings import DEFAULT, easing_named, easing_names, find_easing
from dinoexplorer.morph.errors import MorphError

TIMES = np.linspace(0, 1, 101)


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("sine", lambda t: 0.5 - 0.5 * math.cos(math.pi * t)),
        ("linear", lambda t: t),
        ("smoothstep", lambda t: 3 * t**2 - 2 * t**3),
        ("cubic", lambda t: 4 * t**3 if t < 0.5 else 1 - (-2 * t + 2) ** 3 / 2),
        ("hold", lambda t: 0.0 if t < 1 else 1.0),
    ],
)
def test_an_easing_is_its_formula(name, formula):
    curve = find_easing(name)
    assert [curve(t) for t in TIMES] == pytest.approx([formula(t) for t in TIMES], abs=1e-15)


def test_back_and_elastic_are_penners():
    """As easings.net has them."""
    c2, c5 = 1.70158 * 1.525, 2 * math.pi / 4.5
    back, elastic = find_easing("back"), find_easing("elastic")
    assert back(0.3) == pytest.approx((0.6**2 * ((c2 + 1) * 0.6 - c2)) / 2)
    assert back(0.8) == pytest.approx(((1.6 - 2) ** 2 * ((c2 + 1) * (1.6 - 2) + c2) + 2) / 2)
    assert elastic(0.3) == pytest.approx(-(2 ** (20 * 0.3 - 10) * math.sin((20 * 0.3 - 11.125) * c5)) / 2)
    assert elastic(0.8) == pytest.approx(2 ** (-20 * 0.8 + 10) * math.sin((20 * 0.8 - 11.125) * c5) / 2 + 1)
    assert min(map(back, TIMES)) < -0.05 and max(map(elastic, TIMES)) > 1.05  # noqa: PT018  both leave the way


def test_bezier_is_what_a_browser_draws():
    """The curve's own points: x(u), y(u) of CSS "ease"."""
    ease = find_easing("bezier(0.25, 0.1, 0.25, 1)")
    for u in TIMES:
        x = 3 * (1 - u) ** 2 * u * 0.25 + 3 * (1 - u) * u**2 * 0.25 + u**3
        y = 3 * (1 - u) ** 2 * u * 0.1 + 3 * (1 - u) * u**2 * 1.0 + u**3
        assert ease(x) == pytest.approx(y, abs=1e-9)
    assert ease(0.5) == pytest.approx(0.8024034, abs=1e-6)


@pytest.mark.parametrize("name", easing_names())
def test_every_easing_begins_and_ends_exactly_and_goes_back_only_where_it_says(name):
    curve = find_easing(name)
    assert (curve(0.0), curve(1.0)) == (0.0, 1.0)
    if easing_named(name).monotone:
        values = [curve(t) for t in TIMES]
        assert values == sorted(values)
        assert all(0 <= value <= 1 for value in values)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_bezier_with_handles_inside_never_goes_back(x1, x2, time):
    curve = find_easing(f"bezier({x1:.6f}, 0.2, {x2:.6f}, 0.9)")
    assert curve(min(time + 0.01, 1.0)) >= curve(time) - 1e-12


def test_the_sine_is_the_default_and_comes_first():
    assert easing_names()[0] == DEFAULT == "sine"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("wobble", "There is no easing called 'wobble'; use sine, back, bezier, cubic, "
                   "elastic, hold, linear, smoothstep."),
        ("sine(1)", "'sine(1)' has 1 numbers, but sine takes no numbers; leave some out."),
        ("bezier(2,0,1,1)", "The handles of a bezier lie between 0 and 1 in time (its first and third number); "
                            "move them."),
        ("bezier(0,1e9,1,1)", "The handles of a bezier lie within 10 of the way; move them nearer."),
        ("bezier(a)", "'bezier(a)' is no easing; write a name, or a name with numbers such as name(1, 2)."),
        ("bezier(nan,0,1,1)", "'bezier(nan,0,1,1)' is no easing; write a name, or a name with numbers such as "
                              "name(1, 2)."),
        ("../../x", "'../../x' is no easing; write a name, or a name with numbers such as name(1, 2)."),
    ],
)  # fmt: skip
def test_what_is_no_easing_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(MorphError) as refused:
        find_easing(text)
    assert str(refused.value) == sentence
