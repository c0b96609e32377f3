"""Whether every file that should be a picture is one."""

from __future__ import annotations

from training.data.checks.finding import Check, Finding, Level
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Readable files"
_MANY = 0.2


def _look(subject: Subject, _progress: Progress) -> Finding:
    skipped, read = subject.images.skipped, len(subject.images)
    share = len(skipped) / (read + len(skipped))
    figures = {"read": float(read), "not readable": float(len(skipped))}
    if not skipped:
        return Finding(_NAME, "green", f"All {read:,} files that were looked at are pictures.", figures=figures)
    sentence = (
        f"{len(skipped):,} of {read + len(skipped):,} files are no pictures that can be read: {skipped[0].reason}."
    )
    # In a dataset every file was readable once: something happened to it.
    level: Level = "red" if subject.records or share > _MANY else "amber"
    advice = "Prepare the dataset again: files of it are missing or damaged." if subject.records else (
        "Take these files out of the folder, or get them again; training leaves them out."
    )  # fmt: skip
    return Finding(_NAME, level, sentence, advice, figures)


CHECK = Check(5, _NAME, _look)
