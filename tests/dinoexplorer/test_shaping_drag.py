from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.generators import open_generator
from dinoexplorer.generators.differentiable import differentiable
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.shaping.drag import Drag, dragged_layer
from dinoexplorer.latent.shaping.handle import Handle
from dinoexplorer.resources import resource_path
from tests.benchmarks.drag import reachable


@pytest.fixture(scope="module")
def dinosaurs():
    return differentiable(open_generator(resource_path("checkpoints", "dinosaurs.safetensors")))


@pytest.fixture
def tiny(deep_checkpoint):
    return differentiable(open_generator(deep_checkpoint))


def run(drag):
    states = [drag.step()]
    while not states[-1].finished:
        states.append(drag.step())
    return states


def test_points_of_dinosaurs_arrive_where_a_nearby_picture_has_them(dinosaurs):
    asked = [found for found in (reachable(dinosaurs, seed) for seed in range(6)) if found[1] is not None]

    ends = [run(Drag(dinosaurs, code, [handle], steps=80))[-1].best_distance for code, handle in asked]

    assert len(ends) >= 4
    assert np.mean(np.array(ends) < 2.0) >= 0.8  # pixels


def test_a_point_of_a_decoder_with_coarse_layers_arrives_too():
    """Of one whose 16 x 16 cells are four pixels wide; with closer places around the point it stayed behind."""
    drawings = differentiable(open_generator(resource_path("checkpoints", "drawings.safetensors")))
    code = drawings.info.latent.sample(1, 3)[0]  # and a point of it that a picture nearby has there

    end = run(Drag(drawings, code, [Handle((34.75, 25.0), (34.75, 28.25))], steps=80))[-1]

    assert end.arrived


def test_outside_the_mask_little_changes_and_less_than_without_one(dinosaurs):
    code, handle = next(found for found in (reachable(dinosaurs, seed) for seed in range(6)) if found[1] is not None)
    x, y = handle.start
    rows, columns = np.mgrid[:128, :128]
    movable = (np.hypot(columns - x, rows - y) < 28).astype(bool)

    masked, free = (
        run(Drag(dinosaurs, code, [handle], movable=mask, steps=40))[-1] for mask in (movable, None)
    )  # fmt: skip

    first = Drag(dinosaurs, code, [handle]).step().picture.astype(float)
    outside = [np.abs(state.picture - first)[~movable].mean() / 255 for state in (masked, free)]
    assert outside[0] < 0.02
    assert outside[0] < outside[1]
    assert masked.kept == pytest.approx(outside[0], abs=0.002)


def test_the_first_state_is_the_picture_as_it_was(dinosaurs):
    code = dinosaurs.info.latent.sample(1, 3)[0]
    generator = open_generator(resource_path("checkpoints", "dinosaurs.safetensors"))

    state = Drag(dinosaurs, code, [Handle((60, 60), (70, 50))]).step()

    assert (state.code == code).all()
    assert np.abs(state.picture.astype(int) - generator.decode(code[None])[0]).max() <= 1
    assert state.points.tolist() == [[60, 60]]
    assert state.distances == pytest.approx([np.hypot(10, 10)])


def test_what_is_there_already_does_not_move(tiny):
    code = tiny.info.latent.sample(1, 0)[0]

    states = run(Drag(tiny, code, [Handle((10, 10), (10, 10))]))

    assert len(states) == 1
    assert states[0].arrived
    assert (states[0].code == code).all()


def test_the_same_drag_takes_the_same_steps_and_keeps_its_start(tiny):
    code, handles = tiny.info.latent.sample(1, 1)[0], [Handle((8, 8), (20, 12)), Handle((20, 20), (14, 24))]

    one, other = (Drag(tiny, code, handles, steps=8) for _ in range(2))
    first, second = run(one), run(other)

    assert all((a.code == b.code).all() and a.loss == b.loss for a, b in zip(first, second, strict=True))
    assert (one.start == code).all()
    assert first[-1].step == 8
    assert not (first[-1].code == code).all()
    means = [float(state.distances.mean()) for state in first]
    assert first[-1].best_distance == pytest.approx(min(means))
    assert (first[-1].best_code == first[int(np.argmin(means))].code).all()


def test_weights_of_classes_stay(make_checkpoint):
    names = ["z1", "z2", "z3", "a", "b"]
    path = make_checkpoint(
        "classes", size=32, dim=5, classes=("a", "b"), latent={"names": names},
    )  # fmt: skip
    way = differentiable(open_generator(path))

    last = run(Drag(way, np.array([0.1, 0.2, 0.3, 1, 0], np.float32), [Handle((8, 8), (20, 20))], steps=5))[-1]

    assert last.code[3:].tolist() == [1, 0]
    assert last.code[:3].tolist() != pytest.approx([0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("handles", "movable", "sentence"),
    [
        ([], None, "There is no point to drag; set one and say where it should go."),
        (
            [Handle((5, 5), (40, 5))], None,
            "The point at (5, 5) or its target at (40, 5) lies outside the picture of 32 pixels; set both inside.",
        ),
        (
            [Handle((float("nan"), 5), (4, 5))], None,
            "The point at (nan, 5) or its target at (4, 5) lies outside the picture of 32 pixels; set both inside.",
        ),
        (
            [Handle((5, 5), (9, 5))], np.ones((16, 16), bool),
            "The mask is not of the picture's 32 x 32 pixels; paint it anew.",
        ),
        (
            [Handle((5, 5), (9, 5))], np.zeros((32, 32), bool),
            "The mask lets nothing move; paint where the picture may change.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_dragged_is_refused(tiny, handles, movable, sentence):
    with pytest.raises(GeneratorError) as refused:
        Drag(tiny, tiny.info.latent.mean, handles, movable=movable)
    assert str(refused.value) == sentence


def test_a_decoder_without_layers_that_are_pictures_is_refused(grey_checkpoint):
    way = differentiable(open_generator(grey_checkpoint))

    with pytest.raises(GeneratorError) as refused:
        dragged_layer(way)

    assert str(refused.value) == (
        "The decoder of grey.safetensors has no inner layer that is a picture itself, so no point of it can be "
        "followed; open a convolutional model."
    )


def test_locked_values_stay_and_the_others_go_on(tiny):
    code, dim = tiny.info.latent.sample(1, 1)[0], tiny.info.latent.dim
    locked = np.arange(dim) % 2 == 0

    last = run(Drag(tiny, code, [Handle((8, 8), (20, 12))], locked=locked, steps=12))[-1]

    assert (last.code[locked] == code[locked]).all()
    assert (last.code[~locked] != code[~locked]).all()


def test_a_code_that_is_all_locked_is_refused(tiny):
    with pytest.raises(GeneratorError) as refused:
        Drag(tiny, tiny.info.latent.mean, [Handle((8, 8), (20, 12))], locked=np.ones(tiny.info.latent.dim, bool))

    assert str(refused.value) == (
        "All values are locked, so nothing of the picture can change; unlock some of them."
    )  # fmt: skip


def test_the_best_places_are_those_of_the_best_code(tiny):
    states = run(Drag(tiny, tiny.info.latent.sample(1, 1)[0], [Handle((8, 8), (20, 12))], steps=15))

    best = min(states, key=lambda state: state.distances.mean())
    assert (states[-1].best_code == best.code).all()
    assert (states[-1].best_points == best.points).all()
