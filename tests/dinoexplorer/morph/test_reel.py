"""The pictures of a film: the same however they are asked for, and in their places."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dinoexplorer.generators import open_generator
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.look import Card, Look, scaled
from dinoexplorer.morph.reel import Reel
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline


def played(reel):
    return [unfinished() for unfinished in reel.unfinished()]


def test_a_frame_asked_for_alone_is_the_frame_of_the_whole_film(make_reel):
    reel = make_reel(seconds=4, fps=10)  # more than one batch
    frames = played(reel)
    assert len(frames) == reel.frames == 41
    for number in (40, 0, 33):
        assert np.array_equal(reel.picture(number), frames[number])


def test_the_first_and_the_last_frame_are_the_pictures_of_the_keyframes(make_reel, plane_checkpoint):
    reel = make_reel(side=None)
    generator = open_generator(plane_checkpoint)
    direct = generator.decode(3 * generator.info.latent.sample(2, 1))
    assert np.abs(direct[0].astype(int) - direct[1]).max() > 30
    assert np.abs(reel.picture(0).astype(int) - direct[0]).max() <= 1
    assert np.abs(reel.picture(reel.frames - 1).astype(int) - direct[1]).max() <= 1


@pytest.mark.parametrize("scaling", ["lanczos", "bicubic", "nearest"])
def test_pictures_are_scaled_as_asked(make_reel, scaling):
    small = make_reel(side=None).picture(2)
    large = make_reel(side=40, scaling=scaling).picture(2)
    reference = Image.fromarray(small).resize((40, 40), getattr(Image.Resampling, scaling.upper()))
    assert np.array_equal(large, np.asarray(reference))
    if scaling == "nearest":
        assert set(map(tuple, large.reshape(-1, 3))) <= set(map(tuple, small.reshape(-1, 3)))  # no new colours


def test_a_picture_of_its_own_size_is_left_alone():
    picture = np.zeros((8, 8, 3), np.uint8)
    assert scaled(picture, 8, "lanczos") is picture


def test_several_morphs_stand_side_by_side_and_the_rest_is_background(make_reel):
    reel = make_reel(films=3, background=(10, 20, 30), side=16)
    picture = reel.picture(3)
    assert picture.shape == (32, 32, 3)
    for number, (top, left) in enumerate([(0, 0), (0, 16), (16, 0)]):
        alone = make_reel(films=number + 1, columns=number + 1, side=16).picture(3)[:, -16:]
        assert np.abs(picture[top : top + 16, left : left + 16].astype(int) - alone).max() <= 1
    assert (picture[16:, 16:] == [10, 20, 30]).all()


def test_without_a_background_empty_places_are_transparent_and_pictures_are_not(make_reel):
    picture = make_reel(films=3, background=None, side=16).picture(0)
    assert picture.shape == (32, 32, 4)
    assert (picture[16:, 16:] == 0).all()
    assert (picture[:16, :, 3] == 255).all()


def test_a_shorter_morph_stays_on_its_end_or_goes_on_in_its_loop(plane_checkpoint):
    generator = open_generator(plane_checkpoint)
    around, codes = Surroundings(generator.info), 3 * generator.info.latent.sample(2, 1)
    long = Film(Timeline.through(np.concatenate([codes] * 3)), 4, around)
    for repeat, shown in (("once", 8), ("loop", 20 % 16)):
        short = Film(Timeline.through(codes, repeat=repeat), 4, around)
        frame = Reel(generator, [long, short], Look(16)).picture(20)[:, 16:]
        alone = generator.decode(short.code(shown))[0]
        assert np.abs(frame.astype(int) - alone).max() <= 1


def test_cards_stand_before_and_after_the_film_and_are_readable(make_reel):
    reel = make_reel(
        side=256, title=Card("Dinosaurs that never were", 0.3), end=Card("End", 0.2), background=(250,) * 3
    )
    frames = played(reel)
    assert len(frames) == reel.frames == 3 + 6 + 2
    assert np.array_equal(frames[0], frames[2])
    assert (frames[0][0] == 250).all()
    assert (frames[0] < 60).any()  # black letters on a light ground
    assert np.array_equal(frames[3], make_reel(side=256).picture(0))
    assert np.array_equal(reel.picture(10), frames[10])
    assert not np.array_equal(frames[0], frames[10])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Look(0), "A picture of 0 pixels does not work; give a size from 1 to 8192."),
        (lambda: Look(scaling="magic"), "There is no scaling called 'magic'; use lanczos, bicubic, nearest."),
        (lambda: Look(background=(0, 0, 256)), "The parts of a colour lie between 0 and 255; give three such numbers."),
        (lambda: Look(columns=0), "A grid has at least one column; give a number from 1 up."),
        (lambda: Card(" "), "A card shows up to 500 letters for up to 60 seconds; change its text or time."),
    ],
)
def test_a_look_that_cannot_be_is_refused_in_a_sentence(make, sentence):
    with pytest.raises(MorphError) as refused:
        make()
    assert str(refused.value) == sentence


def test_a_film_that_is_too_large_is_refused(make_reel):
    with pytest.raises(MorphError) as refused:
        make_reel(films=3, side=5000)
    assert str(refused.value) == "A film of 10000 x 10000 pixels is larger than 8192; give a smaller size."
