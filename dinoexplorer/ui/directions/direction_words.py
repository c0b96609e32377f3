"""What is told of a direction in a small line."""

from __future__ import annotations

from dinoexplorer.document.standing import Direction


def words_of(direction: Direction) -> str:
    """How much it is worth, and how it was found."""
    parts = []
    if direction.accuracy is not None:
        parts.append(f"{direction.accuracy:.0%} right where held out")
    if direction.share is not None:
        parts.append(f"share {direction.share:.1%}")
    return "  ·  ".join([*parts, *filter(None, [direction.how])])
