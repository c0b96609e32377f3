"""Can the recipe learn a single batch by heart? What cannot, cannot learn anything (Karpathy 2019)."""

from __future__ import annotations

import math

import numpy as np

from training.data.checks.drawing import curve
from training.data.checks.finding import DIVERGED, TOO_SLOW, Check, Finding, Missed
from training.data.checks.subject import Subject
from training.data.images import Progress
from training.errors import TrainingError

_NAME = "One batch by heart"
_STEPS = 150
_LEARNT, _ENOUGH, _NOTHING = 0.5, 0.25, 0.9
"""Of the error that the mean picture leaves: what counts as learnt, where the trial ends, and what as nothing."""
_TOLD, _CHANCE = 0.9, 0.7
"""Share that a discriminator tells apart rightly."""
_LAST = 5


def _look(subject: Subject, progress: Progress) -> Finding | Missed:
    if subject.config is None:
        return Missed(_NAME, "no recipe was named")
    if len(subject.images) < 2:
        return Missed(_NAME, "there is only one picture")
    from training.data.checks import trials  # noqa: PLC0415  loads torch

    images = trials.picked(subject, trials.BATCH)
    if trials.all_same(images):
        return Missed(_NAME, "the pictures of the batch are all the same")
    clock, course, adversarial = trials.Clock(), [], False
    try:
        with trials.trial(subject.config, images) as session:
            adversarial, mean = not trials.rebuilds(session), trials.mean_picture(session)
            for step in range(_STEPS):
                progress(_NAME, step, _STEPS)
                if adversarial:
                    course.append(trials.told_apart(session, session.model.get_submodule("decoder")))
                else:
                    course.append(trials.error_left(session, mean))
                if clock.over or not math.isfinite(course[-1]) or _settled(course, adversarial=adversarial):
                    break
    except TrainingError as error:
        return Missed(_NAME, f"the recipe cannot be tried: {error}")
    return judged_course(course, adversarial=adversarial, recipe=subject.config.recipe or subject.config.name)


def _settled(course: list[float], *, adversarial: bool) -> bool:
    if len(course) < 2 * _LAST:
        return False
    return min(course[-_LAST:]) > _TOLD if adversarial else max(course[-_LAST:]) < _ENOUGH


def judged_course(course: list[float], *, adversarial: bool, recipe: str) -> Finding:
    """What the figures after each step say; see `trials.error_left` and `trials.told_apart`."""
    steps, last = len(course), float(np.mean(course[-_LAST:]))
    figures = {"steps": float(steps), "first": course[0], "last": last}
    name = "share told apart after each step" if adversarial else "error left after each step"
    pictures = {name: curve(course)}
    if not math.isfinite(last):
        sentence = f"The recipe {recipe} came to a number that is no number in step {steps} on a single batch."
        return Finding(_NAME, "red", sentence, DIVERGED, {"steps": float(steps)}, pictures)
    if adversarial:
        told = f"the discriminator of {recipe} tells {last:.0%} of one batch from generated pictures (half is chance)"
        learnt, nothing = last >= _TOLD, last < _CHANCE
    else:
        told = f"the recipe {recipe} leaves {last:.0%} of the error of the mean picture on one batch"
        learnt, nothing = last <= _LEARNT, last > _NOTHING
    sentence = f"After {steps} steps {told}."
    if learnt:
        return Finding(_NAME, "green", sentence, figures=figures, pictures=pictures)
    if steps < _STEPS:
        sentence = f"Could not tell in the time: after {steps} of {_STEPS} steps {told}."
        return Finding(_NAME, "amber", sentence, TOO_SLOW, figures, pictures)
    advice = "Raise optimizer.lr, or take a recipe with a larger latent.dim: this one learns too slowly to be sure of."
    if nothing:
        advice = "Do not train this: it does not even learn one batch. Look at the pictures, or take another recipe."
    return Finding(_NAME, "red" if nothing else "amber", sentence, advice, figures, pictures)


CHECK = Check(140, _NAME, _look)
