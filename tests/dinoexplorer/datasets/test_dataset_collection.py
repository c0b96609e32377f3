"""A dataset looked through: decisions, steps back and forth, what waits, and finding pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.datasets.collection import Choice, Collection, open_collection, save_choices
from dinoexplorer.datasets.sifting import Wanted
from training.data.dataset import About, Record, read_choices, write_about, write_choices, write_manifest
from training.data.images import DataError

SOURCE = "/pictures"
RECORDS = (
    Record("images/a.png", SOURCE, "Trex/one.png", "s", crop=(0, 0, 40, 40), width=60, height=40, label="Trex"),
    Record("images/b.png", SOURCE, "Trex/two.png", "s", crop=(0, 0, 40, 40), width=40, height=40, label="Trex"),
    Record("images/c.png", SOURCE, "Raptor/three.png", "s", label="Raptor", warnings=("enlarged",)),
    Record("", SOURCE, "Raptor/four.png", "s", label="Raptor", warnings=("small",), reason="it is only 9 x 9 pixels"),
    Record("", "/other", "five.png", "s", warnings=("unreadable", "small"), reason="it cannot be read"),
)
ABOUT = About(64, 3, 3, ("Raptor", "Trex"), "f")


def collection(choices: dict[str, Choice] | None = None) -> Collection:
    return Collection(Path("/sets/dinos"), ABOUT, RECORDS, choices or {})


def shown(found: Collection, **wanted: object) -> list[int]:
    return found.sieve.find(Wanted(**wanted)).tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"state": "taken"}, [0, 1, 2]),
        ({"state": "left-out"}, [3, 4]),
        ({"state": "decided"}, []),
        ({"label": "Raptor"}, [2, 3]),
        ({"label": ""}, [4]),
        ({"label": "Diplodocus"}, []),
        ({"code": "small"}, [3, 4]),
        ({"code": "nonsense"}, []),
        ({"text": " tREX/ "}, [0, 1]),
        ({"text": "t", "label": "Raptor", "state": "taken"}, [2]),
    ],
)
def test_pictures_are_found_by_state_class_warning_and_name(wanted, expected):
    assert shown(collection(), **wanted) == expected


def test_what_there_is_to_choose_from_is_counted():
    found = collection()
    found.leave_out([0])
    counts = found.sieve.counts()
    assert counts.states == {"all": 5, "taken": 2, "left-out": 3, "decided": 1}
    assert counts.labels == {"": 1, "Raptor": 2, "Trex": 2}
    assert counts.codes == {"enlarged": 1, "small": 2, "unreadable": 1}


def test_leaving_out_holds_at_once_and_is_taken_back():
    found = collection()
    found.leave_out([0, 1])
    assert [found.record(index).taken for index in (0, 1, 2)] == [False, False, True]
    assert found.record(0).reason == "left out by hand"
    assert (found.waiting, shown(found, state="left-out")) == (0, [0, 1, 3, 4])
    found.undo()
    assert found.choices == {}
    assert shown(found, state="taken") == [0, 1, 2]
    found.redo()
    assert shown(found, state="taken") == [2]


def test_taking_what_was_left_out_waits_for_the_next_preparation():
    found = collection()
    found.take([3, 4])
    assert found.waiting == 2
    assert found.waits(3)
    assert not found.record(3).taken
    found.leave_out([4])
    assert found.waiting == 1
    assert found.choice(4) == Choice()


def test_what_is_there_only_because_it_was_wanted_is_still_wanted_when_it_is_taken_again():
    found = collection()
    found.leave_out([2])
    found.take([2])
    assert found.choice(2) == Choice(included=True)
    found.leave_out([0])
    found.take([0])
    assert found.choice(0) == Choice()


def test_a_class_is_changed_taken_away_and_put_back():
    found = collection()
    found.relabel([0, 2], "Raptor")
    assert found.record(0).label == "Raptor"
    assert found.choice(2) == Choice()  # it is that already
    assert shown(found, label="Raptor") == [0, 2, 3]
    found.relabel([0], "")
    assert found.record(0).label is None
    found.relabel([0], "New kind")
    assert shown(found, label="New kind") == [0]
    found.relabel([0], "Trex")
    assert found.choices == {}


def test_a_crop_waits_unless_it_is_the_one_that_was_made():
    found = collection()
    found.crop(0, (20.0, 0.0, 60.0, 40.0))
    assert found.waiting == 1
    found.crop(0, (0.4, 0.0, 40.4, 40.0))
    assert found.waiting == 0
    found.crop(0, None)
    assert found.choice(0) == Choice()
    found.crop(3, (0.0, 0.0, 9.0, 9.0))  # of what is left out anyway
    assert found.waiting == 0


def test_a_new_decision_ends_what_could_be_done_again():
    found = collection()
    found.leave_out([0])
    found.undo()
    found.leave_out([1])
    assert (found.can_undo, found.can_redo) == (True, False)
    found.leave_out([1])  # nothing new
    found.undo()
    assert not found.can_undo


def test_decisions_about_pictures_that_are_gone_are_kept():
    gone = {"/elsewhere\nsix.png": Choice(included=False)}
    found = collection(gone)
    found.leave_out([0])
    assert found.choices == {**gone, f"{SOURCE}\nTrex/one.png": Choice(included=False)}
    assert found.waiting == 0


def test_pictures_are_found_by_what_a_map_calls_them():
    found = collection()
    assert found.find(["Raptor/three.png", "/other/five.png", "nothing"]) == [2, 4]
    assert found.names(4) == ("five.png", "/other/five.png")


def test_a_dataset_is_read_and_its_decisions_are_written(tmp_path):
    write_manifest(tmp_path, RECORDS)
    write_about(tmp_path, ABOUT)
    write_choices(tmp_path, {RECORDS[0].key: Choice(included=False)})
    read = []
    found = open_collection(tmp_path, read.append)
    assert (len(found), read, found.record(0).taken) == (5, [0], False)
    assert found.picture(0) == tmp_path / "images/a.png"
    assert found.picture(3) is None
    found.relabel([1], "Raptor")
    save_choices(found.folder, found.choices)
    assert read_choices(tmp_path)[RECORDS[1].key] == Choice(label="Raptor")


def test_a_folder_that_is_no_dataset_says_so(tmp_path):
    with pytest.raises(DataError, match=r"is no dataset that can be read: .*; prepare it again"):
        open_collection(tmp_path, lambda _count: None)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["leave_out", "take", "relabel", "undo", "redo"]), st.sets(st.integers(0, 4)),
            st.sampled_from(["", "Trex", "Raptor", "new"]),
        ),
        max_size=25,
    )
)  # fmt: skip
def test_the_columns_always_tell_what_a_fresh_look_would(steps):
    found = collection()
    for name, indices, label in steps:
        arguments = {"relabel": (sorted(indices), label), "undo": (), "redo": ()}.get(name, (sorted(indices),))
        getattr(found, name)(*arguments)
    fresh = Collection(found.folder, ABOUT, RECORDS, found.choices)
    for state in ("taken", "left-out", "decided"):
        np.testing.assert_array_equal(found.sieve.find(Wanted(state=state)), fresh.sieve.find(Wanted(state=state)))
    assert found.sieve.counts().labels == fresh.sieve.counts().labels
    assert found.waiting == fresh.waiting
    while found.can_undo:
        found.undo()
    assert found.choices == {}
