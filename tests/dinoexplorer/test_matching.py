"""What the palette finds, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.finding.matching import match, ranked

WORDS = st.text("abcdefghij", min_size=1, max_size=8)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
ANY = st.text(max_size=30)


def order(query: str, *names: str) -> list[str]:
    return [name for name, _ in ranked(query, names, lambda name: (name, "", ""))]


def test_a_beginning_comes_before_a_word_and_a_word_before_scattered_letters():
    assert order("map", "My apple", "Whole map", "Map of all") == ["Map of all", "Whole map", "My apple"]


def test_the_exact_name_comes_first_of_all():
    assert order("train", "Train vae…", "Train", "New training run") == ["Train", "Train vae…", "New training run"]


def test_a_name_comes_before_keywords_and_keywords_before_help():
    items = [("a", "", "a bird"), ("b", "bird", ""), ("bird", "", "")]
    assert [item[0] for item, _ in ranked("bird", items, lambda item: item)] == ["bird", "b", "a"]


@pytest.mark.parametrize("query", ["rp", "rndpic", "pic ran", "RANDOM", "  random   pic "])
def test_the_ways_in_which_a_hurried_person_types(query):
    assert match(query, "Random picture") is not None


@pytest.mark.parametrize("query", ["x", "picture random now", "prz", "undo"])
def test_what_is_not_there_is_not_found(query):
    assert match(query, "Random picture", "dice", "Go to a random place") is None


def test_letters_scattered_over_half_a_sentence_are_no_match():
    assert match("tn", "Two dimensions and their names") is None


def test_the_letters_that_fitted_are_told():
    found = match("map wh", "Whole map")
    assert found is not None
    assert "".join("Whole map"[place] for place in found.positions) == "Whmap"


@settings(deadline=None)
@given(NAMES)
def test_a_name_finds_itself_at_the_best_rank(name):
    found = match(name.upper(), name)
    assert found is not None
    assert found.rank == (0, 0, 0)
    assert found.positions == tuple(range(len(name)))


@settings(deadline=None)
@given(NAMES, st.data())
def test_every_beginning_of_a_name_beats_every_beginning_of_a_later_word(name, data):
    query = name[: data.draw(st.integers(1, len(name)))].strip()
    other = f"zz {query}"
    assert order(query, other, name)[0] == name


@settings(deadline=None)
@given(st.lists(NAMES, max_size=8), WORDS)
def test_the_order_is_by_rank_and_stable_and_what_is_left_out_fits_nowhere(names, query):
    found = ranked(query, list(enumerate(names)), lambda item: (item[1], "", ""))
    keys = [(fit.rank, number) for (number, _), fit in found]
    assert keys == sorted(keys)
    letters = {number for (number, _), _ in found}
    assert all(match(query, name) is None for number, name in enumerate(names) if number not in letters)


@settings(deadline=None)
@given(ANY, ANY, ANY, ANY)
def test_no_text_upsets_it_and_places_lie_in_the_name(query, name, keywords, help_text):
    found = match(query, name, keywords, help_text)
    if found is not None:
        assert all(0 <= place < len(name) for place in found.positions)
        assert list(found.positions) == sorted(set(found.positions))


@settings(deadline=None)
@given(st.lists(NAMES, max_size=8))
def test_nothing_typed_keeps_everything_as_it_was(names):
    assert order("  ", *names) == names
