"""A recipe on trial: one batch by heart, and noise instead of pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from training.config import RunConfig, resolve
from training.data.checks import Finding, Missed, noise_instead, one_batch, trials
from training.data.checks.noise_instead import judged_noise
from training.data.checks.one_batch import judged_course
from training.data.checks.subject import Subject
from training.data.images import ImageSet, content_hashes, fingerprint_of

SMALL = ("image.size=16", "latent.dim=8", "device=cpu")
VAE = (*SMALL, "model.width=8", "model.widest=32", "optimizer.lr=0.003")
GAN = (*SMALL, "model.width=8", "model.widest=32", "model.discriminator_width=16", "model.discriminator_widest=64",
       "optimizer.lr=0.001")  # fmt: skip
SLOW = "Try again on a faster machine, or watch the first minutes of the training."


def quiet(_what: str, _done: int, _total: int) -> None:
    pass


def discs(count: int) -> np.ndarray:
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:16, :16] / 16
    pictures = np.empty((count, 16, 16, 3), np.uint8)
    for index in range(count):
        cx, cy, radius = rng.uniform((0.3, 0.3, 0.2), (0.7, 0.7, 0.4))
        inside = ((x - cx) ** 2 + (y - cy) ** 2 < radius**2)[..., None]
        pictures[index] = np.where(inside, rng.integers(150, 255, 3), rng.integers(0, 100, 3))
    return pictures


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(6).integers(0, 256, (count, 16, 16, 3)).astype(np.uint8)


def subject_of(pictures: np.ndarray, config: RunConfig | None) -> Subject:
    labels, hashes = np.full(len(pictures), -1, np.int32), content_hashes(pictures)
    names = tuple(map(str, range(len(pictures))))
    images = ImageSet(pictures, labels, (), names, hashes, fingerprint_of(hashes, labels, ()))
    return Subject("pictures", len(pictures), images, labels, hashes, config=config)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests find does not depend on how busy the machine is."""
    monkeypatch.setattr(trials, "SECONDS", 1e6)


def test_an_autoencoder_learns_one_batch_by_heart_and_draws_its_course() -> None:
    finding = one_batch.CHECK.look(subject_of(discs(60), resolve("vae", VAE)), quiet)
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == ("green", "Nothing to do.")
    steps, last = finding.figures["steps"], finding.figures["last"]
    assert finding.sentence == (
        f"After {steps:.0f} steps the recipe vae leaves {last:.0%} of the error of the mean picture on one batch."
    )
    assert last < 0.3 < finding.figures["first"]
    course = finding.pictures["error left after each step"]
    rows = [int(np.flatnonzero((course[:, column] == (70, 120, 190)).all(axis=-1)).mean()) for column in (2, 350)]
    assert rows[0] < rows[1]  # falls from the left to the right


def test_a_recipe_that_does_not_learn_is_red() -> None:
    finding = one_batch.CHECK.look(subject_of(discs(60), resolve("vae", [*VAE, "optimizer.lr=1e-8"])), quiet)
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == (
        "red", "Do not train this: it does not even learn one batch. Look at the pictures, or take another recipe.",
    )  # fmt: skip
    assert finding.sentence.startswith("After 150 steps the recipe vae leaves ")


@pytest.mark.parametrize("recipe", ["dcgan", "wgan-gp"])
def test_a_discriminator_tells_one_batch_from_what_is_generated(recipe: str) -> None:
    finding = one_batch.CHECK.look(subject_of(discs(60), resolve(recipe, GAN)), quiet)
    assert isinstance(finding, Finding)
    assert finding.level == "green"
    assert f"the discriminator of {recipe} tells " in finding.sentence
    assert finding.sentence.endswith("% of one batch from generated pictures (half is chance).")


def test_an_autoencoder_does_better_on_pictures_than_on_noise() -> None:
    finding = noise_instead.CHECK.look(subject_of(discs(400), resolve("vae", VAE)), quiet)
    assert isinstance(finding, Finding)
    assert finding.level == "green"
    assert finding.figures["error left on pictures"] < finding.figures["error left on noise"] - 0.1
    assert finding.pictures["pictures and noise"].shape == (2 * 66 + 2, 4 * 66 + 2, 3)


def test_pictures_that_are_noise_are_not_told_from_noise() -> None:
    finding = noise_instead.CHECK.look(subject_of(noise(400), resolve("vae", VAE)), quiet)
    assert isinstance(finding, Finding)
    assert finding.level == "red"
    assert finding.sentence.startswith("After 120 steps the recipe vae leaves 10")
    finding = noise_instead.CHECK.look(subject_of(noise(400), resolve("dcgan", GAN)), quiet)
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == (
        "red", "The pictures look like noise to this recipe: look at them, and do not train before you know why.",
    )  # fmt: skip
    assert finding.sentence.startswith("After 120 steps the discriminator of dcgan tells ")
    assert finding.sentence.endswith("% of pictures and noise apart (half is chance).")


def test_a_discriminator_tells_pictures_from_noise() -> None:
    finding = noise_instead.CHECK.look(subject_of(discs(400), resolve("dcgan", GAN)), quiet)
    assert isinstance(finding, Finding)
    assert finding.level == "green"
    assert finding.figures["share told apart"] > 0.8


@pytest.mark.parametrize(
    ("course", "adversarial", "level", "sentence"),
    [
        ([1.2] + [0.4] * 20, False, "green", "After 21 steps the recipe r leaves 40% of the error of the mean picture"
         " on one batch."),
        ([0.8] * 150, False, "amber", "After 150 steps the recipe r leaves 80% of the error of the mean picture on one"
         " batch."),
        ([0.95] * 150, False, "red", "After 150 steps the recipe r leaves 95% of the error of the mean picture on one"
         " batch."),
        ([0.95] * 20, False, "amber", "Could not tell in the time: after 20 of 150 steps the recipe r leaves 95% of the"
         " error of the mean picture on one batch."),
        ([0.8, float("nan")], False, "red", "The recipe r came to a number that is no number in step 2 on a single"
         " batch."),
        ([0.95] * 10, True, "green", "After 10 steps the discriminator of r tells 95% of one batch from generated"
         " pictures (half is chance)."),
        ([0.8] * 150, True, "amber", "After 150 steps the discriminator of r tells 80% of one batch from generated"
         " pictures (half is chance)."),
        ([0.6] * 150, True, "red", "After 150 steps the discriminator of r tells 60% of one batch from generated"
         " pictures (half is chance)."),
    ],
)  # fmt: skip
def test_what_a_course_on_one_batch_says(course: list[float], adversarial: bool, level: str, sentence: str) -> None:
    finding = judged_course(course, adversarial=adversarial, recipe="r")
    assert (finding.level, finding.sentence) == (level, sentence)
    assert (finding.advice == SLOW) == sentence.startswith("Could not tell")


@pytest.mark.parametrize(
    ("real", "false", "level", "sentence"),
    [
        ([0.5] * 30, [0.9] * 30, "green", "After 30 steps the recipe r leaves 50% of the error of the mean picture on"
         " pictures and 90% on noise made of the same pixels."),
        ([0.5] * 10, [0.9] * 10, "amber", "Could not tell in the time: after 10 of 120 steps the recipe r leaves 50% of"
         " the error of the mean picture on pictures and 90% on noise made of the same pixels."),
        ([0.98] * 120, [1.0] * 120, "amber", "After 120 steps the recipe r leaves 98% of the error of the mean picture"
         " on pictures and 100% on noise made of the same pixels."),
        ([1.2] * 120, [1.1] * 120, "red", "After 120 steps the recipe r leaves 120% of the error of the mean picture on"
         " pictures and 110% on noise made of the same pixels."),
        ([float("nan")] * 120, [1.0] * 120, "red", "The recipe r came to a number that is no number within 120"
         " steps on the pictures."),
        ([0.9] * 30, None, "green", "After 30 steps the discriminator of r tells 90% of pictures and noise apart (half"
         " is chance)."),
        ([0.7] * 120, None, "amber", "After 120 steps the discriminator of r tells 70% of pictures and noise apart"
         " (half is chance)."),
        ([0.5] * 120, None, "red", "After 120 steps the discriminator of r tells 50% of pictures and noise apart (half"
         " is chance)."),
    ],
)  # fmt: skip
def test_what_pictures_against_noise_say(
    real: list[float], false: list[float] | None, level: str, sentence: str
) -> None:
    finding = judged_noise(real, false, recipe="r")
    assert (finding.level, finding.sentence) == (level, sentence)
    assert (finding.advice == SLOW) == sentence.startswith("Could not tell")


@pytest.mark.parametrize("check", [one_batch.CHECK, noise_instead.CHECK])
def test_what_cannot_be_tried_says_why(check: object, tmp_path: Path) -> None:
    config = resolve("vae", VAE)
    name = check.name  # type: ignore[attr-defined]
    look = check.look  # type: ignore[attr-defined]
    assert look(subject_of(discs(9), None), quiet) == Missed(name, "no recipe was named")
    assert look(subject_of(discs(1), config), quiet) == Missed(name, "there is only one picture")
    same = look(subject_of(np.zeros((9, 16, 16, 3), np.uint8), config), quiet)
    assert isinstance(same, Missed)
    assert same.reason in {"the pictures of the batch are all the same", "the pictures are all the same"}
    lacking = resolve("vae", [*VAE, "objective.perceptual_weight=1", f"objective.perceptual_weights={tmp_path}/no"])
    broken = look(subject_of(discs(9), lacking), quiet)
    assert isinstance(broken, Missed)
    assert broken.reason.startswith("the recipe cannot be tried: ")


@pytest.mark.parametrize("check", [one_batch.CHECK, noise_instead.CHECK])
def test_a_trial_ends_with_the_time_and_says_so(check: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "SECONDS", 0.0)
    finding = check.look(subject_of(noise(40), resolve("vae", VAE)), quiet)  # type: ignore[attr-defined]
    assert finding.level == "amber"
    assert finding.sentence.startswith("Could not tell in the time: after ")
    assert finding.figures["steps"] <= 1


@pytest.mark.parametrize("check", [one_batch.CHECK, noise_instead.CHECK])
@pytest.mark.parametrize(("recipe", "settings"), [("vae", VAE), ("dcgan", GAN)])
def test_a_trial_stops_between_two_steps(check: object, recipe: str, settings: tuple[str, ...]) -> None:
    steps: list[int] = []

    def stop(_what: str, done: int, _total: int) -> None:
        steps.append(done)
        if done == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        check.look(subject_of(discs(60), resolve(recipe, settings)), stop)  # type: ignore[attr-defined]
    assert steps == [0, 1, 2, 3]


def test_a_trial_gives_the_same_figures_again_and_leaves_random_numbers_alone() -> None:
    subject = subject_of(discs(60), resolve("vae", VAE))
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    first = one_batch.CHECK.look(subject, quiet)
    assert torch.equal(before, torch.random.get_rng_state())
    second = one_batch.CHECK.look(subject, quiet)
    assert isinstance(first, Finding)
    assert isinstance(second, Finding)
    assert (first.sentence, first.figures) == (second.sentence, second.figures)


def test_noise_has_the_very_same_pixels_in_another_order() -> None:
    images = subject_of(discs(5), None).images
    mixed = trials.shuffled(images)
    for picture, other in zip(images.images, mixed.images, strict=True):
        assert (picture != other).any()
        assert sorted(map(tuple, picture.reshape(-1, 3))) == sorted(map(tuple, other.reshape(-1, 3)))
