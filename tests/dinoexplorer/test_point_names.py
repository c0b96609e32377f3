"""Names of images: kept in the file of a map, found by a part of them, and refused where they are not what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.generators import GeneratorError
from dinoexplorer.latent.latent_map import read_map, write_map
from dinoexplorer.latent.map_scene import prepare_scene
from dinoexplorer.latent.map_selection import PlaceSearch
from dinoexplorer.latent.point_names import NameFinder, decode_names, encode_names


def damaged(path, **changes):
    """The file at ``path`` with some of its arrays replaced."""
    with np.load(path) as archive:
        arrays = dict(archive)
    np.savez(path, **arrays | changes)
    return path


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=20), min_size=1))
def test_names_come_back_as_they_were(names):
    assert decode_names(encode_names(tuple(names)), len(names)) == tuple(names)


@settings(deadline=None)
@given(st.lists(st.text("abAß0/", max_size=6), max_size=12), st.text("abAß0", min_size=1, max_size=3))
def test_a_part_finds_the_names_that_hold_it(names, part):
    expected = [number for number, name in enumerate(names) if part.casefold() in name.casefold()]
    assert NameFinder(tuple(names))(part).tolist() == expected


def test_a_part_is_found_across_the_pieces_that_are_searched_at_once(monkeypatch):
    monkeypatch.setattr("dinoexplorer.latent.point_names._AT_ONCE", 7)
    names = tuple(f"folder/IMG_{number:04d}.JPG" for number in range(120))
    find = NameFinder(names)
    assert find("img_0").tolist() == list(range(120))
    assert find("0117.j").tolist() == [117]
    assert find("jpg\nfolder").tolist() == []


def test_names_that_are_no_text_or_hold_a_line_break_are_kept_as_well_as_can_be():
    blob = encode_names(("a\nb", "caf\udce9", "c"))
    assert decode_names(blob, 3) == ("a b", "caf?", "c")


def test_names_and_errors_come_back_with_the_map_and_maps_without_them_still_open(tmp_path, make_map):
    plain = make_map(30)
    names, errors = tuple(f"photos/{number}.jpg" for number in range(30)), np.linspace(0, 1, 30, dtype=np.float32)
    write_map(tmp_path / "with.map.npz", replace(plain, names=names, errors=errors))
    write_map(tmp_path / "without.map.npz", plain)
    found, old = read_map(tmp_path / "with.map.npz"), read_map(tmp_path / "without.map.npz")
    assert found.names == names
    assert (found.name(3), old.name(3)) == ("photos/3.jpg", "")
    np.testing.assert_array_equal(found.errors, errors)
    assert (old.names, old.errors) == ((), None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"names": np.frombuffer(b"a\nb", np.uint8)}, "its names do not fit its points"),
        ({"names": np.frombuffer(b"\n" * 30, np.uint8)}, "its names do not fit its points"),
        ({"names": np.frombuffer(b"\xff" + b"\n" * 29, np.uint8)}, "its names are no text"),
        ({"names": np.zeros((30, 2), np.uint8)}, "its names are no text"),
        ({"names": np.array(["a"] * 30)}, "its names are no text"),
        ({"names": np.frombuffer(b"a" * 5000 + b"\n" * 29, np.uint8)}, "its names are longer than names of files can"),
        ({"errors": np.zeros(29, np.float32)}, "its reconstruction errors do not fit its points"),
        ({"errors": np.full(30, np.nan, np.float32)}, "its reconstruction errors do not fit its points"),
        ({"errors": np.full(30, -1, np.float32)}, "its reconstruction errors do not fit its points"),
    ],
)
def test_a_map_with_wrong_names_or_errors_is_refused_in_a_sentence(tmp_path, make_map, change, sentence):
    path = tmp_path / "a.map.npz"
    write_map(path, make_map(30))
    with pytest.raises(GeneratorError) as caught:
        read_map(damaged(path, **change))
    assert sentence in str(caught.value)
    assert str(caught.value).endswith("make it anew with 'dinoexplorer map'.")


def test_search_finds_class_name_and_number(make_map):
    latent_map = replace(make_map(30), names=tuple(f"photos/Horn {number:02d}.jpg" for number in range(30)))
    scene = prepare_scene(latent_map)

    def found(text):
        return np.sort(scene.index.order[PlaceSearch(scene)(text)]).tolist()

    assert found("HORNED") == np.flatnonzero(latent_map.labels == 1).tolist()
    assert found("horn ") == list(range(30))
    assert found("horn 07") == [7]
    assert found("photos/horn 1") == list(range(10, 20))
    assert found("29") == [28, 29]  # the image of that number, and the one of that name
    assert found("0") == [*range(10), 10, 20]
