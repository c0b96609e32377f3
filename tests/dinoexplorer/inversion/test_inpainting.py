"""Holes are filled: smoothly, by searching, and in one pass."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dinoexplorer.generators import GeneratorError, open_generator
from dinoexplorer.latent.inversion.asking import Course
from dinoexplorer.latent.inversion.figures import psnr
from dinoexplorer.latent.inversion.filling import blend, check_mask, distance_outside, feather, fill_mean, fill_smooth
from dinoexplorer.latent.inversion.inpainting import Inpainting, context_weights, fill_in_one_pass, trained_with_holes
from dinoexplorer.latent.inversion.starts import Asked

COURSE = Course(steps=25, rate=0.05, lanes=4, keeps=3)
STARTS = Asked(("encoder", "mean", "random"), random=4)


def square_hole(side, low=0.3, high=0.6):
    hole = np.zeros((side, side), bool)
    hole[round(low * side) : round(high * side), round(low * side) : round(high * side)] = True
    return hole


def slope(side=48):
    down, right = np.mgrid[:side, :side] * 255 / side
    return np.stack([down, right, (down + right) / 2], axis=2).astype(np.uint8)


@pytest.mark.parametrize("side", [9, 33, 64])
def test_a_smooth_picture_is_filled_as_it_was(side):
    picture, hole = slope(side), square_hole(side)
    found = fill_smooth(picture, hole).astype(int)
    assert np.abs(found - picture).max() <= 2
    assert np.array_equal(found[~hole], picture[~hole])


def test_blending_forgets_the_colour_of_the_filling_but_not_its_steps():
    picture, hole = slope(), square_hole(48)
    brighter = np.clip(picture.astype(int) + 40, 0, 255).astype(np.uint8)
    brighter[20, 20] = 255 - brighter[20, 20]
    found = blend(picture, brighter, hole).astype(int)
    others = hole.copy()
    others[20, 20] = False
    assert np.abs(found[others] - picture[others]).max() <= 2
    assert np.abs(found[20, 20] - picture[20, 20]).max() > 30


def test_a_hole_that_leaves_one_pixel_is_filled_with_its_colour():
    picture, hole = np.full((17, 17, 3), 90, np.uint8), np.ones((17, 17), bool)
    hole[16, 16] = False
    assert (fill_smooth(picture, hole) == 90).all()
    assert (fill_mean(picture, hole) == 90).all()


def test_feathering_fades_outside_the_hole():
    picture, filling, hole = np.zeros((30, 30, 3), np.uint8), np.full((30, 30, 3), 200, np.uint8), square_hole(30)
    row = feather(picture, filling, hole, 4)[12, :, 0]
    assert (row[9:18] == 200).all()
    assert row[18:22].tolist() == [150, 100, 50, 0]


def test_distances_are_those_to_the_hole():
    hole = np.zeros((9, 9), bool)
    hole[4, 4] = True
    found = distance_outside(hole, 3)
    assert (found[4, 4], found[4, 6], found[0, 0]) == (0, 2, 3)
    assert found[3, 3] == pytest.approx(2**0.5)


def test_the_surroundings_of_a_hole_count_most():
    weights = context_weights(square_hole(64))
    assert weights[30, 30] == 0
    assert weights[30, 39] > weights[30, 43] > weights[2, 2] == 0.25


def test_a_mask_over_nothing_everything_or_another_size_is_refused():
    for mask, sentence in (
        (np.zeros((8, 8)), "The mask is empty, so there is nothing to fill; paint over what is to be replaced."),
        (
            np.ones((8, 8)),
            "The mask covers the whole picture, so nothing says what belongs there; leave some of it.",
        ),
        (np.ones((4, 8)), "The mask has 8x4 pixels and the picture 8x8; paint the hole anew."),
    ):
        with pytest.raises(GeneratorError) as refused:
            check_mask(mask, (8, 8, 3))
        assert str(refused.value) == sentence


def test_a_held_out_dinosaur_is_filled_better_than_by_what_lies_around(dinosaurs, held_out):
    picture, hole = held_out[0], square_hole(128)
    search = Inpainting(dinosaurs, picture, hole, course=COURSE, starts=STARTS)
    for _ in search:
        pass
    found = search.proposals()
    assert len(found) == 3
    assert [one.loss for one in found] == sorted(one.loss for one in found)
    inside = [psnr(picture, filled, hole) for filled in (fill_mean(picture, hole), fill_smooth(picture, hole))]
    assert psnr(picture, found[0].picture, hole) > max(inside) + 3
    assert np.array_equal(found[0].picture[~hole], picture[~hole])


def test_what_lies_in_the_hole_does_not_matter(dinosaurs, held_out):
    picture, hole = held_out[0], square_hole(128)
    other = picture.copy()
    other[hole] = np.random.default_rng(0).integers(0, 256, other[hole].shape)
    course = Course(steps=3, lanes=2, keeps=2)
    found = [Inpainting(dinosaurs, one, hole, course=course, starts=STARTS).proposals() for one in (picture, other)]
    assert np.array_equal(found[0][0].code, found[1][0].code)


def test_a_search_that_was_stopped_at_once_has_proposals(deep):
    picture = deep.decode(deep.info.latent.sample(1, 0))[0]
    search = Inpainting(deep, picture, square_hole(32), course=COURSE, starts=STARTS)
    assert len(search.proposals("none")) == 4
    search.step()
    assert search.proposals("feather")[0].known_psnr > 0


@pytest.mark.parametrize("encodes", [True, False])
def test_there_are_several_proposals_that_differ(deep, make_checkpoint, encodes):
    generator = deep
    if not encodes:
        generator = open_generator(make_checkpoint("gan", family="dcgan", size=32, dim=5, change=_only_decoder))
    picture = generator.decode(generator.info.latent.sample(1, 0))[0]
    found = Inpainting(generator, picture, square_hole(32)).proposals()
    assert len(found) == 8  # at the start; half of them are dropped on the way
    assert len({one.code.tobytes() for one in found}) == 8


def test_one_pass_fills_a_hole(dinosaurs, held_out):
    picture, hole = held_out[0], square_hole(128)
    found = fill_in_one_pass(dinosaurs, picture, hole)
    assert psnr(picture, found.picture, hole) > psnr(picture, fill_mean(picture, hole), hole)
    assert np.isnan(found.loss)


def test_a_network_that_was_trained_with_holes_is_known_and_sees_them(make_checkpoint):
    config = {"objective": {"holes": 0.9}}
    trained = open_generator(make_checkpoint("holes", family="autoencoder", config=config))
    plain = open_generator(make_checkpoint("plain", family="autoencoder"))
    assert (trained_with_holes(trained.info), trained_with_holes(plain.info)) == (True, False)
    picture, hole = slope(16), square_hole(16)
    seen = picture.copy()
    seen[hole] = 128
    assert np.array_equal(fill_in_one_pass(trained, picture, hole).code, trained.encode(seen[None])[0])
    filled = fill_smooth(picture, hole)
    assert np.array_equal(fill_in_one_pass(plain, picture, hole).code, plain.encode(filled[None])[0])


def test_one_pass_needs_an_encoder(make_checkpoint):
    with pytest.raises(GeneratorError) as refused:
        fill_in_one_pass(
            open_generator(make_checkpoint("gan", family="dcgan", size=16, change=_only_decoder)),
            slope(16),
            square_hole(16),
        )
    assert str(refused.value) == (
        "gan.safetensors has no encoder, so it fills no hole in one pass; let it be searched."
    )


def _only_decoder(tensors):
    for name in [name for name in tensors if name.startswith(("discriminator.", "encoder."))]:
        del tensors[name]


def test_holes_hide_about_as_much_as_they_should():
    from training.objectives.holes import holes_like, with_holes

    torch.manual_seed(0)
    images = torch.ones(200, 3, 32, 32)
    holes = holes_like(images, 0.75, 0.5)
    shares = holes.float().mean((1, 2, 3))
    assert holes.shape == (200, 1, 32, 32)
    assert float((shares > 0).float().mean()) == pytest.approx(0.75, abs=0.1)
    assert 0.02 < float(shares[shares > 0].mean()) < 0.25
    torch.manual_seed(0)
    assert torch.equal(with_holes(images, 0.75, 0.5) == 0, holes.expand(-1, 3, -1, -1))
