"""Judged pictures in the order of their strangeness, and files that are put beside others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dinoexplorer.generators import open_generator
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.anomaly.ranking import Ranking, share_in_words
from dinoexplorer.latent.anomaly.strangeness import SCORES, TOGETHER, Strangeness
from dinoexplorer.latent.restoration.restoring import noisy, shrunk, size_remark
from dinoexplorer.picture_arguments import meant_pictures, remarked_picture
from dinoexplorer.picture_copies import copy_files, free_places


def strangeness(value, density=0.0):
    shares = dict.fromkeys(SCORES, 0.5)
    return Strangeness(value, 0.5, shares, dict.fromkeys(SCORES, 0.0) | {"density": density})


@pytest.fixture
def ranking():
    found = Ranking()
    found.add([(Path("a"), strangeness(1, 9)), (Path("b"), strangeness(5, 0)), (Path("c"), strangeness(3, 4))])
    return found


def test_the_strangest_come_first_by_any_score(ranking):
    assert ranking.order().tolist() == [1, 2, 0]
    assert ranking.order("density").tolist() == [0, 2, 1]
    ranking.add([(Path("d"), strangeness(4))])
    assert ranking.order().tolist() == [1, 3, 2, 0]


def test_marks_overrule_the_threshold_and_can_be_taken_back(ranking):
    assert ranking.strange(TOGETHER, 2.0).tolist() == [1, 2]
    ranking.mark([0], "strange")
    ranking.mark([1], "usual")
    assert ranking.strange(TOGETHER, 2.0).tolist() == [2, 0]
    assert (ranking.marked, ranking.mark_of(0), ranking.mark_of(2)) == (2, "strange", "")
    ranking.mark([0, 1, 2], "")
    assert ranking.strange(TOGETHER, 2.0).tolist() == [1, 2]
    assert ranking.marked == 0


@given(st.lists(st.floats(-5, 5), max_size=20), st.floats(-5, 5))
def test_strange_are_those_above_the_threshold_in_order(values, threshold):
    found = Ranking()
    found.add([(Path(str(number)), strangeness(value)) for number, value in enumerate(values)])
    strange = [values[number] for number in found.strange(TOGETHER, threshold)]
    assert strange == sorted((value for value in values if value > threshold), reverse=True)


@pytest.mark.parametrize(
    ("share", "words"), [(1.0, "stranger than all"), (0.9999, "stranger than 99 %"), (0.0, "stranger than 0 %")]
)
def test_a_share_is_said_without_exaggeration(share, words):
    assert share_in_words(share) == words


def test_copies_are_numbered_where_a_name_is_taken_and_nothing_is_written_over(tmp_path):
    files = [tmp_path / name / "dino.jpg" for name in "abc"]
    for path in files:
        path.parent.mkdir()
        path.write_text(path.parent.name)
    out = tmp_path / "out"
    out.mkdir()
    (out / "dino.jpg").write_text("was there")
    told = []

    assert copy_files(files, out, lambda *done: told.append(done)) == 3

    assert told == [(1, 3), (2, 3), (3, 3)]
    assert (out / "dino.jpg").read_text() == "was there"
    assert sorted((path.name.lower(), path.read_text()) for path in out.iterdir()) == [
        ("dino-2.jpg", "a"), ("dino-3.jpg", "b"), ("dino-4.jpg", "c"), ("dino.jpg", "was there"),
    ]  # fmt: skip


def test_names_that_differ_in_size_alone_are_told_apart(tmp_path):
    places = list(free_places([Path("a/Dino.png"), Path("b/dino.JPG"), Path("c/DINO.gif")], tmp_path, ".png"))
    assert [place.name for place in places] == ["Dino.png", "dino-2.png", "DINO-3.png"]


def test_a_copy_that_fails_says_how_far_it_came(tmp_path):
    (tmp_path / "here.png").write_text("x")
    with pytest.raises(GeneratorError) as refused:
        copy_files([tmp_path / "here.png", tmp_path / "gone.png"], tmp_path / "out")
    assert str(refused.value) == (
        f"gone.png could not be copied to {tmp_path / 'out'}: No such file or directory; 1 of 2 were copied."
    )
    assert (tmp_path / "out" / "here.png").exists()


def test_a_place_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(GeneratorError) as refused:
        copy_files([tmp_path / "out"], tmp_path / "out")
    assert str(refused.value) == f"{tmp_path / 'out'} could not be made: File exists; choose another place."


def test_of_a_folder_only_pictures_are_meant(tmp_path, save_pictures):
    paths = save_pictures(tmp_path / "in", 2)
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    assert meant_pictures([tmp_path / "in", paths[0]], print) == paths
    with pytest.raises(GeneratorError) as refused:
        meant_pictures([tmp_path / "gone"], print)
    assert str(refused.value) == f"{tmp_path / 'gone'} is not there; check the name."


def test_of_a_dataset_the_prepared_pictures_are_meant_that_are_taken(tmp_path, save_pictures):
    from dinoexplorer.datasets.collection import open_collection, save_choices
    from training.data.workshop.preparation import Preparation
    from training.data.workshop.preparing_sets import prepare

    save_pictures(tmp_path / "in", 3)
    out = tmp_path / "set"
    prepare(Preparation((str(tmp_path / "in"),), out, size=32), lambda *_told: None)
    found = meant_pictures([out], lambda _count: None)
    assert len(found) == 3
    assert all(path.is_relative_to(out) and path.suffix == ".png" for path in found)
    dataset = open_collection(out, lambda _count: None)
    dataset.leave_out([0])
    save_choices(out, dataset.choices)
    assert meant_pictures([out], lambda _count: None) == [path for path in found if path != dataset.picture(0)]


def test_what_was_changed_on_the_way_in_is_said(tmp_path):
    Image.fromarray(np.full((6, 5, 4), (9, 9, 9, 0), np.uint8)).save(tmp_path / "glass.png")
    Image.new("CMYK", (5, 6), (0, 255, 0, 0)).save(tmp_path / "print.jpg")
    pixels, remarks = remarked_picture(tmp_path / "glass.png")
    assert (pixels == 255).all()
    assert remarks == ("What is transparent lies on white.",)
    pixels, remarks = remarked_picture(tmp_path / "print.jpg")
    assert pixels.shape == (6, 5, 3)
    assert remarks == ("Its colours are those of print (CMYK) and were turned into those of a screen.",)
    assert remarked_picture(np.zeros((4, 4, 3), np.uint8))[1] == ()


def test_a_picture_of_another_size_than_the_models_is_remarked_on(deep_checkpoint):
    info = open_generator(deep_checkpoint).info
    assert size_remark(info, 30, 40) == ""
    assert size_remark(info, 15, 90) == "It has only 90 x 15 pixels, so it is enlarged to 32 first."
    assert size_remark(info, 480, 320) == "It has 320 x 480 pixels; in tiles it is cut into 260."


def test_noise_has_the_deviation_that_was_asked_for_and_is_the_same_each_time():
    grey = np.full((64, 64, 3), 128, np.uint8)
    assert noisy(grey, 0) is grey
    found = noisy(grey, 20)
    assert found.astype(float).std() == pytest.approx(20, rel=0.05)
    assert (found == noisy(grey, 20)).all()


def test_a_copy_to_look_at_keeps_its_shape():
    assert shrunk(np.zeros((100, 400, 3), np.uint8), 40).shape == (10, 40, 3)
    assert shrunk(np.zeros((1, 400, 3), np.uint8), 40).shape == (1, 40, 3)
    small = np.zeros((4, 4, 3), np.uint8)
    assert shrunk(small, 40) is small
