"""Does the recipe do better on the pictures than on noise made of their pixels? Else its loss measures nothing."""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import replace

import numpy as np

from training.data.checks.drawing import bars, tiles
from training.data.checks.finding import DIVERGED, TOO_SLOW, Check, Finding, Missed
from training.data.checks.subject import Subject
from training.data.images import ImageSet, Progress
from training.errors import TrainingError

_NAME = "Noise instead of pictures"
_STEPS, _LAST, _LEAST = 120, 10, 20
_CLEAR, _SOME, _NONE = 0.1, 0.03, 0.01
"""By how much less of the error is left on pictures than on noise: where the trial ends, what is a difference, what is
none."""
_TOLD, _SURE, _CHANCE = 0.8, 0.95, 0.65
"""Share of pictures and noise that a discriminator tells apart rightly."""
_EXAMPLES = 4


def _look(subject: Subject, progress: Progress) -> Finding | Missed:
    if subject.config is None:
        return Missed(_NAME, "no recipe was named")
    if len(subject.images) < 2:
        return Missed(_NAME, "there is only one picture")
    from training.data.checks import trials  # noqa: PLC0415  loads torch

    images = trials.picked(subject, _STEPS * trials.BATCH)
    if trials.all_same(images):
        return Missed(_NAME, "the pictures are all the same")
    noise = trials.shuffled(images)
    pictures = {"pictures and noise": tiles(np.concatenate([images.images[:_EXAMPLES], noise.images[:_EXAMPLES]]), 4)}
    recipe = subject.config.recipe or subject.config.name
    try:
        courses = _run(subject, images, noise, progress)
    except TrainingError as error:
        return Missed(_NAME, f"the recipe cannot be tried: {error}")
    finding = judged_noise(*courses, recipe=recipe)
    return replace(finding, pictures={**pictures, **finding.pictures})


def _run(
    subject: Subject, images: ImageSet, noise: ImageSet, progress: Progress
) -> tuple[list[float], list[float] | None]:
    """Figures after each step on pictures and on noise; None where pictures and noise are told apart in one step."""
    from training.data.checks import trials  # noqa: PLC0415  loads torch

    assert subject.config is not None  # noqa: S101  for the type checker; see `_look`
    clock, real, false = trials.Clock(), list[float](), list[float]()
    with ExitStack() as stack:
        session = stack.enter_context(trials.trial(subject.config, images))
        if not trials.rebuilds(session):
            fakes = trials.Noise(noise, session.device)
            while len(real) < _STEPS and not _told(real) and not (real and clock.over):
                progress(_NAME, len(real), _STEPS)
                real.append(trials.told_apart(session, fakes))
            return real, None
        other = stack.enter_context(trials.trial(subject.config, noise))
        means = trials.mean_picture(session), trials.mean_picture(other)
        while len(real) < _STEPS and not _clearly_better(real, false) and not (real and clock.over):
            progress(_NAME, len(real), _STEPS)
            real.append(trials.error_left(session, means[0]))
            false.append(trials.error_left(other, means[1]))
    return real, false


def _told(course: list[float]) -> bool:
    return len(course) >= _LEAST and float(np.mean(course[-_LAST:])) >= _SURE


def _clearly_better(real: list[float], false: list[float]) -> bool:
    if len(real) < _LEAST:
        return False
    left, by_noise = _ends(real, false)
    return left < min(1.0, by_noise) - _CLEAR


def _ends(real: list[float], false: list[float]) -> tuple[float, float]:
    return float(np.mean(real[-_LAST:])), float(np.mean(false[-_LAST:]))


def judged_noise(real: list[float], false: list[float] | None, *, recipe: str) -> Finding:
    """What the figures say: of an autoencoder on pictures and on noise, or (None) of a discriminator between them."""
    steps = len(real)
    if false is None:
        last = float(np.mean(real[-_LAST:]))
        sentence = f"the discriminator of {recipe} tells {last:.0%} of pictures and noise apart (half is chance)"
        good, bad = last >= _TOLD, last < _CHANCE
        figures, shown = {"steps": float(steps), "share told apart": last}, {}
    else:
        left, by_noise = _ends(real, false)
        if not math.isfinite(left):
            sentence = f"The recipe {recipe} came to a number that is no number within {steps} steps on the pictures."
            return Finding(_NAME, "red", sentence, DIVERGED, {"steps": float(steps)})
        sentence = (
            f"the recipe {recipe} leaves {left:.0%} of the error of the mean picture on pictures and {by_noise:.0%}"
            " on noise made of the same pixels"
        )
        good, bad = left < min(1.0, by_noise) - _SOME, left > min(1.0, by_noise) - _NONE
        figures = {"steps": float(steps), "error left on pictures": left, "error left on noise": by_noise}
        shown = {"error left on pictures and on noise": bars([left, by_noise], line=1.0)}
    if good and steps >= _LEAST:
        return Finding(_NAME, "green", f"After {steps} steps {sentence}.", figures=figures, pictures=shown)
    if steps < _STEPS:
        sentence = f"Could not tell in the time: after {steps} of {_STEPS} steps {sentence}."
        return Finding(_NAME, "amber", sentence, TOO_SLOW, figures, shown)
    advice = (
        "The pictures look like noise to this recipe: look at them, and do not train before you know why."
        if bad
        else "The recipe learns slowly on these pictures: give it more steps or a larger optimizer.lr."
    )
    return Finding(_NAME, "red" if bad else "amber", f"After {steps} steps {sentence}.", advice, figures, shown)


CHECK = Check(150, _NAME, _look)
