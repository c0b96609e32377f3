"""Whether there are enough pictures, and how often the recipe shows each."""

from __future__ import annotations

from training.data.checks.finding import Check, Finding, Level
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Number of pictures"
_FEW, _SOME = 100, 1000
"""Below a hundred a model learns them by heart; FastGAN and DiffAugment were shown to work from some hundreds on."""
_OFTEN, _TOO_OFTEN = 1000, 10_000
"""Times that a recipe shows each picture; the shipped recipes stay below a thousand on the data they are made for."""


def _look(subject: Subject, _progress: Progress) -> Finding:
    train, _held = subject.split()
    count = max(1, round(subject.total * len(train) / max(1, len(subject.hashes))))
    figures = {"pictures": float(subject.total), "to train on": float(count)}
    sentence = f"There are {subject.total:,} pictures, {count:,} of them to train on"
    level: Level = "red" if count < _FEW else "amber" if count < _SOME else "green"
    advice = f"Add pictures: {_SOME:,} are a good start, and fewer than {_FEW} are learnt by heart."
    if subject.config is not None:
        config = subject.config
        times = config.steps * config.images_per_step / count
        figures["times each is seen"] = times
        sentence += f"; the recipe {config.recipe or config.name} shows each about {times:,.0f} times"
        often: Level = "red" if times > _TOO_OFTEN else "amber" if times > _OFTEN else "green"
        if level == "green" and often != "green":
            level = often
            advice = f"Shorten the training (steps={max(1, round(config.steps * _OFTEN / times)):,}), or add pictures."
        if count < config.batch_size:
            level = "red"
            advice = f"Add pictures, or set batch_size to less than {count}: a batch holds the same picture twice."
    return Finding(_NAME, level, f"{sentence}.", advice, figures)


CHECK = Check(10, _NAME, _look)
