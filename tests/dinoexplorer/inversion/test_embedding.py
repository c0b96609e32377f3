"""A picture's code is found, step by step, and the best so far is never lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from dinoexplorer.generators import GeneratorError, open_generator
from dinoexplorer.generators.differentiable import differentiable
from dinoexplorer.latent.inversion.asking import Course, Losses
from dinoexplorer.latent.inversion.embedding import Embedding
from dinoexplorer.latent.inversion.figures import psnr
from dinoexplorer.latent.inversion.freedom import Freedom
from dinoexplorer.latent.inversion.likeness import Likeness
from dinoexplorer.latent.inversion.prior import Prior
from dinoexplorer.latent.inversion.starts import Asked, find_starts
from dinoexplorer.latent.typicality import log_density
from dinoexplorer.resources import resource_path

RANDOM = Asked(("mean", "random"), random=6)


def picture_of(generator, seed=5):
    code = generator.info.latent.sample(1, seed)
    return generator.decode(code)[0], code[0]


def embedding_of(generator, **options):
    usual = {"course": Course(steps=30, rate=0.1, lanes=4), "starts": RANDOM}
    return Embedding(generator, picture_of(generator)[0], **(usual | options))


def test_a_generated_picture_is_found_again(deep):
    first, *_, last = embedding_of(deep, course=Course(steps=120, rate=0.1, lanes=4))
    assert (first.step, last.step, last.done) == (0, 120, True)
    assert last.best_psnr > max(30, first.psnr + 5)
    assert psnr(picture_of(deep)[0], deep.decode(last.best_code[None])[0]) > 30


def test_the_shipped_dinosaurs_find_their_pictures_again(dinosaurs):
    picture, _ = picture_of(dinosaurs)
    *_, last = Embedding(dinosaurs, picture, course=Course(steps=15))
    assert last.best_psnr >= 30
    assert last.best_psnr > psnr(picture, dinosaurs.decode(dinosaurs.encode(picture[None]))[0])


def test_refining_is_never_worse_than_the_encoder_alone(dinosaurs, held_out):
    encoded = dinosaurs.decode(dinosaurs.encode(held_out[:1]))[0]
    *_, last = Embedding(dinosaurs, held_out[0], course=Course(steps=12))
    assert last.best_psnr > psnr(held_out[0], encoded)
    assert last.start == "the encoder"


def test_without_an_encoder_several_codes_race(tmp_path):
    drawings = open_generator(resource_path("checkpoints", "drawings.safetensors"))
    picture, _ = picture_of(drawings, 3)
    *_, last = Embedding(drawings, picture, course=Course(steps=120, rate=0.15, lanes=8), starts=Asked(random=24))
    assert last.best_psnr >= 30


def test_the_best_so_far_is_kept(deep):
    states = list(embedding_of(deep))
    best = [state.best_loss for state in states]
    assert best == sorted(best, reverse=True)
    assert [state.best_loss for state in states] == pytest.approx(
        np.minimum.accumulate([state.loss for state in states]), rel=1e-6
    )


def test_each_state_shows_the_picture_of_its_code(deep):
    for state in list(embedding_of(deep))[::10]:
        shown = deep.decode(state.code[None])[0].astype(int)
        assert np.abs(shown - state.picture).max() <= 1


def test_the_same_search_is_the_same_twice(deep):
    once, again = (list(embedding_of(deep))[-1] for _ in range(2))
    assert np.array_equal(once.best_code, again.best_code)


def test_a_nudge_is_where_the_next_step_is_and_the_best_stays(deep):
    search = embedding_of(deep)
    for _ in range(20):
        before = search.step()
    far = np.full(5, 3, np.float32)
    search.nudge(far)
    after = search.step()
    assert np.allclose(after.code, far, atol=1e-5)
    assert after.best_psnr == before.best_psnr
    assert after.loss > before.best_loss
    assert search.step().loss < after.loss


def test_a_nudge_before_the_first_step_is_the_start(deep):
    search, there = embedding_of(deep), picture_of(deep)[1]
    search.nudge(there)
    assert search.step().psnr > 45


def test_it_goes_on_where_it_ended(deep):
    search = embedding_of(deep, course=Course(steps=5, lanes=1))
    *_, last = search
    search.go_on(10)
    *_, further = search
    assert (last.step, further.step, further.steps) == (5, 15, 15)
    assert further.best_loss < last.best_loss


def test_time_left_comes_from_the_rate(deep):
    state = replace(next(iter(embedding_of(deep))), step=10, steps=40, seconds=2.0)
    assert (state.rate, state.seconds_left) == (5, 6)


def test_a_stronger_prior_keeps_codes_likelier(deep):
    free, tied = (
        list(embedding_of(deep, losses=Losses(prior=prior)))[-1].best_code for prior in (0.0, 1.0)
    )  # fmt: skip
    assert np.linalg.norm(tied) < 0.5 * np.linalg.norm(free)


@pytest.mark.parametrize(
    "losses",
    [
        Losses(of_pixels="charbonnier", edges=0),
        Losses(pixels=0, edges=1),
        Losses(pixels=0, edges=0, features=1),
    ],
    ids=["charbonnier", "edges", "features"],
)
def test_each_loss_alone_leads_to_the_picture(deep, losses):
    first, *_, last = embedding_of(deep, losses=losses, course=Course(steps=80, rate=0.1, lanes=4))
    assert last.best_psnr > first.psnr + 3


def test_likeness_is_0_for_the_picture_itself_and_ignores_what_does_not_count(deep):
    decoder, picture = differentiable(deep), picture_of(deep)[0]
    weights = torch.ones(32, 32)
    weights[:10] = 0
    like = Likeness(decoder, picture, Losses(features=1), weights)
    same, changed = like.target.clone(), like.target.clone()
    changed[:, :, :10] = -changed[:, :, :10]
    assert float(like(same)) == pytest.approx(0, abs=1e-6)
    assert float(like.squared(changed)) == 0


def test_the_prior_of_a_mixture_is_its_density(dinosaurs):
    codes = dinosaurs.info.latent.sample(4, 0)
    found = Prior(dinosaurs.info, torch.device("cpu"))(torch.from_numpy(codes)).numpy()
    wanted = -log_density(codes.astype(np.float64), dinosaurs.info.latent.mixture) / codes.shape[1]
    assert found == pytest.approx(wanted, rel=1e-3)


def test_codes_of_a_uniform_prior_stay_within_it(make_checkpoint):
    uniform = open_generator(make_checkpoint("uniform", dim=4, latent={"prior": "uniform"}))
    target = np.zeros((16, 16, 3), np.uint8)
    states = list(Embedding(uniform, target, course=Course(steps=25, rate=0.4), starts=RANDOM))
    assert max(np.abs(state.code).max() for state in states) == pytest.approx(1, abs=1e-6)


def test_weights_of_classes_stay_weights_or_stay_as_they_are(deep):
    info = replace(deep.info, latent=replace(deep.info.latent, names=("a", "b", "c", *deep.info.classes)))
    codes = np.array([[1, 2, 3, 0.25, 0.75]], np.float32)
    searched, kept = (Freedom(info, torch.device("cpu"), way) for way in ("searched", "kept"))
    assert np.allclose(searched.codes(searched.values(codes)).numpy(), codes, atol=1e-5)
    moved = searched.codes(searched.values(codes) + torch.tensor([0, 0, 0, 2.0, 0]))
    assert float(moved[0, 3:].sum()) == pytest.approx(1)
    assert float(moved[0, 3]) > 0.25
    values = kept.values(codes).requires_grad_()
    kept.codes(values).sum().backward()
    assert values.grad[0].tolist() == [1, 1, 1, 0, 0]


def test_the_nearest_of_the_data_is_found_by_its_picture(deep, make_map):
    latent_map = make_map(count=40, dim=5, side=8)
    colour = latent_map.thumbnails[17, 0, 0]
    target = np.broadcast_to(colour, (32, 32, 3)).astype(np.uint8)
    found = find_starts(deep, target, Asked(("nearest",), latent_map=latent_map, near=1))
    assert np.array_equal(found.codes[0], latent_map.latents[17])


def refusal(make):
    with pytest.raises(GeneratorError) as refused:
        make()
    return str(refused.value)


def test_refusals_are_sentences(deep):
    target = picture_of(deep)[0]
    assert refusal(lambda: Embedding(deep, target[:8])) == (
        "deep.safetensors takes uint8 RGB pictures of 32 x 32 pixels; align the picture first."
    )
    assert refusal(lambda: Embedding(deep, target, starts=Asked(("nearest",)))) == (
        "deep.safetensors offers no start of nearest; choose the mean or random codes."
    )
    assert refusal(lambda: Losses(prior=-1)) == ("A weight of the search is below 0 or not a number; give 0 or more.")
    assert refusal(lambda: Losses(pixels=0, edges=0)) == (
        "The search compares nothing; give pixels, edges or features a weight above 0."
    )
    assert refusal(lambda: Course(steps=-1)) == "A search cannot take -1 steps; give 0 to 100,000."
    assert refusal(lambda: Course(rate=0)) == "A search with a rate of 0 does not move; give more than 0."
    assert refusal(lambda: Course(lanes=0)) == ("Of 0 codes 1 cannot be followed to the end; give 1 or more.")
