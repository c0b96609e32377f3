"""A model that has learnt forty pictures by heart, as the reference's z = 2 did, and one that has not."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch

from tests.training.evaluation._told import discs, image_set
from training.batches import Batches
from training.config import ModelConfig
from training.data.images import ImageSet, open_images
from training.evaluation.material import Material
from training.evaluation.metrics import metric_named
from training.evaluation.native import Identity, NativeSubject, open_checkpoint
from training.evaluation.report import Figure
from training.latent_statistics import encoded_statistics
from training.models import family_named
from training.models.family import Moment


def trained(images: ImageSet, held_out: float, *, steps: int, beta: float) -> NativeSubject:
    """The reference's fully connected VAE with two numbers."""
    values = {"family": "vae-fc", "image": {"size": 16}, "latent": {"dim": 2}, "model": {"hidden": [256, 256]}}
    config, family = ModelConfig.model_validate(values), family_named("vae-fc")
    options = {"beta": beta, "beta_warm_up": 0.0, "likelihood": "gaussian"}
    objective = family.objective(family.Objective.model_validate(options).model_dump(), config, 0, "cpu")
    torch.manual_seed(0)
    model = family.build(config, 0)
    optimizer = torch.optim.Adam(model.parameters(), 2e-3)
    rows, _ = images.split(held_out)
    batches = Batches(images.images, images.labels, rows, seed=0, flip=False, device=torch.device("cpu"))
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 2e-3 * (1 - step / steps)
        losses = objective.loss("autoencoder", model, batches.at(32 * step, 32), Moment(step, 1.0))
        assert losses is not None
        optimizer.zero_grad()
        losses.total.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    model.eval()
    statistics = encoded_statistics(model, batches, torch.from_numpy(rows), seed=0, tick=lambda *_: None)
    batches.close()
    return NativeSubject(Identity("a", "a"), model, config, (), statistics=statistics, objective=options)


def copies(material: Material) -> tuple[Figure, Figure, str]:
    outcome = metric_named("memorisation").measure(material)
    figures = {figure.name: figure for figure in outcome.figures}
    return figures["copies[pixels]"], figures["distance[pixels]"], outcome.remarks[0]


def test_forty_pictures_learnt_by_heart_are_found(material: Callable[..., Material]) -> None:
    images = image_set(discs(100, 5)[0])
    subject = trained(images, 0.6, steps=1000, beta=0.5)
    made = material(subject, images, held_out=0.6, samples=300)
    assert len(made.train_rows) <= 45
    share, distance, verdict = copies(made)
    assert share.value > 0.05
    assert share.value > 5 * (share.floor or 0)
    assert distance.value < 0.7
    assert verdict.startswith("It returns training pictures: ")


def test_a_model_that_knows_half_of_its_pictures_by_heart_is_found(material: Callable[..., Material]) -> None:
    images = image_set(discs(400, 5)[0])
    healthy = trained(images, 0.4, steps=300, beta=4.0)
    made = material(healthy, images, held_out=0.4, samples=300)
    by_heart = trained(image_set(made.training[:30]), 0.0, steps=1000, beta=0.5)
    decode, turn = healthy.decode, iter(range(10**6))

    def of_both(codes: np.ndarray) -> np.ndarray:
        return by_heart.decode(codes) if next(turn) % 2 else decode(codes)

    healthy.decode = of_both  # type: ignore[method-assign]
    outcome = metric_named("memorisation").measure(made)
    assert outcome.remarks[0].startswith("It returns training pictures: about ")
    figure = next(one for one in outcome.figures if one.name == "memorised[pixels]")
    assert 0.05 < figure.value < 0.6


def test_a_model_of_a_thousand_pictures_is_cleared(material: Callable[..., Material]) -> None:
    images = image_set(discs(1300, 5)[0])
    made = material(trained(images, 0.25, steps=500, beta=4.0), images, held_out=0.25, samples=300)
    share, distance, verdict = copies(made)
    assert share.value < 0.01
    assert distance.value > 0.75
    assert verdict.startswith("No sign of memorisation: ")


def test_a_native_model_rounds_what_it_paints_and_draws_the_same_codes_for_a_seed() -> None:
    images = image_set(discs(60, 5)[0])
    subject = trained(images, 0.3, steps=3, beta=1.0)
    codes = subject.sample(5, 1)
    np.testing.assert_array_equal(codes, subject.sample(5, 1))
    assert subject.floats is not None
    np.testing.assert_array_equal(subject.decode(codes), np.round(subject.floats(codes)))
    assert subject.encode(images.images[:5]).shape == codes.shape == (5, 2)
    assert subject.log_weights is not None
    assert (subject.log_weights(images.images[:5], 3, 1) == subject.log_weights(images.images[:5], 3, 1)).all()


def test_the_dinosaurs_that_ship_with_the_program_are_no_copies(material: Callable[..., Material]) -> None:
    subject, header = open_checkpoint(Path(str(files("resources") / "checkpoints" / "dinosaurs.safetensors")))
    seed = int(header.training["seed"])
    drawn = open_images("builtin:dinosaurs", size=subject.size, count=130, seed=seed)
    images = image_set(drawn.images)  # without classes: no classifier is trained
    made = material(subject, images, held_out=0.4, samples=100)
    assert len(made.held_out) > 40
    outcome = metric_named("memorisation").measure(made)
    assert outcome.remarks[0].startswith("No sign of memorisation: ")
    (p,) = (figure.value for figure in outcome.figures if figure.name == "memorised_p[pixels]")
    assert p > 0.02
