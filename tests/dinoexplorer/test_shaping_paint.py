from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.generators import open_generator
from dinoexplorer.generators.differentiable import differentiable
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.shaping.paint import Painting
from dinoexplorer.resources import resource_path


def strokes(size, colour, box, opacity=255):
    layer = np.zeros((size, size, 4), np.uint8)
    left, top, right, bottom = box
    layer[top:bottom, left:right] = (*colour, opacity)
    return layer


def run(painting):
    states = [painting.step()]
    while not states[-1].finished:
        states.append(painting.step())
    return states


@pytest.fixture
def tiny(deep_checkpoint):
    return differentiable(open_generator(deep_checkpoint))


def test_a_green_stroke_over_an_animal_makes_it_greener_and_leaves_the_rest():
    way = differentiable(open_generator(resource_path("checkpoints", "dinosaurs.safetensors")))
    code, box = way.info.latent.sample(1, 1)[0], (40, 50, 90, 90)

    states = run(Painting(way, code, strokes(128, (40, 160, 60), box), steps=40))

    part = np.s_[50:90, 40:90]
    before, after = (state.picture[part].reshape(-1, 3).mean(axis=0) for state in (states[0], states[-1]))
    green = [colour[1] - (colour[0] + colour[2]) / 2 for colour in (before, after)]
    assert green[1] > green[0] + 15
    assert states[-1].colour < 0.75 * states[0].colour
    assert states[-1].kept < 0.04


def test_what_the_model_can_show_is_reached_and_the_best_is_kept(tiny, deep_checkpoint):
    wanted = open_generator(deep_checkpoint).decode(tiny.info.latent.sample(1, 3))[0]
    layer = np.dstack([wanted, np.full((32, 32), 255, np.uint8)])

    states = run(Painting(tiny, tiny.info.latent.mean, layer, steps=30))

    losses = [state.loss for state in states]
    assert [state.step for state in states] == list(range(len(states)))
    assert states[-1].colour < 0.5 * states[0].colour
    assert states[-1].best_loss == min(losses)
    assert (states[-1].best_code == states[int(np.argmin(losses))].code).all()


def test_another_stroke_is_taken_up_from_where_the_picture_is(tiny):
    painting = Painting(tiny, tiny.info.latent.mean, strokes(32, (250, 30, 30), (4, 4, 20, 20)), steps=40)
    for _ in range(5):
        red = painting.step()

    painting.paint(strokes(32, (30, 30, 250), (4, 4, 20, 20)))
    state = painting.step()

    assert not (state.code == tiny.info.latent.mean).all()
    assert state.best_loss == state.loss  # what was best for red says nothing of blue
    assert state.step > red.step
    assert state.steps == state.step + 40


def test_the_same_strokes_take_the_same_steps(tiny):
    layer = strokes(32, (10, 200, 90), (0, 0, 32, 12), opacity=128)

    first, second = (run(Painting(tiny, tiny.info.latent.mean, layer, steps=6)) for _ in range(2))

    assert [state.loss for state in first] == [state.loss for state in second]


def test_a_grey_model_takes_the_lightness_of_a_colour(make_checkpoint):
    way = differentiable(open_generator(make_checkpoint("greys", channels=1, size=32)))
    layer = strokes(32, (255, 255, 255), (0, 0, 32, 32))

    states = run(Painting(way, way.info.latent.mean, layer, steps=15))

    assert states[-1].picture.mean() > states[0].picture.mean()


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (np.zeros((32, 32, 4), np.uint8), "Nothing is painted; draw a stroke of a colour first."),
        (
            np.zeros((16, 32, 4), np.uint8),
            "The strokes are not RGBA of the picture's 32 x 32 pixels; paint them anew.",
        ),
    ],
)
def test_what_is_no_stroke_is_refused(tiny, layer, sentence):
    with pytest.raises(GeneratorError) as refused:
        Painting(tiny, tiny.info.latent.mean, layer)
    assert str(refused.value) == sentence


def test_what_must_not_change_changes_less(tiny, deep_checkpoint):
    wanted = open_generator(deep_checkpoint).decode(tiny.info.latent.sample(1, 3))[0]
    layer = np.dstack([wanted, np.zeros((32, 32), np.uint8)])
    layer[:16, :, 3] = 255
    still = np.zeros((32, 32), bool)
    still[16:] = True

    ends = [
        run(Painting(tiny, tiny.info.latent.mean, layer, still=mask, strength=9, steps=25)) for mask in (still, None)
    ]

    masked, free = (np.abs(end[-1].picture.astype(int) - end[0].picture)[16:].mean() for end in ends)
    assert masked < 0.7 * free


def test_a_strong_stroke_comes_nearer_than_a_weak_one(tiny, deep_checkpoint):
    wanted = open_generator(deep_checkpoint).decode(tiny.info.latent.sample(1, 3))[0]
    layer = np.dstack([wanted, np.zeros((32, 32), np.uint8)])
    layer[:16, :, 3] = 255

    strong, weak = (
        run(Painting(tiny, tiny.info.latent.mean, layer, strength=strength, steps=40))[-1] for strength in (4, 0.1)
    )  # fmt: skip

    assert strong.colour < weak.colour
    assert weak.kept < strong.kept


def test_locked_values_stay(tiny):
    locked = np.arange(tiny.info.latent.dim) % 2 == 0

    last = run(
        Painting(tiny, tiny.info.latent.mean, strokes(32, (250, 30, 30), (4, 4, 20, 20)), locked=locked, steps=8)
    )

    assert (last[-1].code[locked] == tiny.info.latent.mean[locked]).all()
    assert (last[-1].code[~locked] != tiny.info.latent.mean[~locked]).all()


def test_strokes_that_all_lie_where_nothing_may_change_are_refused(tiny):
    layer, still = strokes(32, (250, 30, 30), (4, 4, 20, 20)), np.zeros((32, 32), bool)
    still[:24] = True

    with pytest.raises(GeneratorError) as refused:
        Painting(tiny, tiny.info.latent.mean, layer, still=still)

    assert str(refused.value) == (
        "All that is painted lies where nothing may change; paint elsewhere, or clear the mask."
    )  # fmt: skip


def test_a_mask_of_another_size_is_refused(tiny):
    with pytest.raises(GeneratorError) as refused:
        Painting(tiny, tiny.info.latent.mean, strokes(32, (9, 9, 9), (0, 0, 9, 9)), still=np.zeros((8, 8), bool))

    assert str(refused.value) == "The mask is not of the picture's 32 x 32 pixels; paint it anew."
