"""Metrics in the order in which a person looks for them, and numbered ones (`kl/z0`, `kl/z1`, …) as one entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ALONE = "other"
_FIRST = ("loss", "held_out", "accuracy", "kl", "gradient")
_AUTOENCODER = ("loss/total", "held_out/total")
_GAN = ("loss/discriminator", "loss/critic", "loss/generator", "accuracy/real", "accuracy/fake")
_FEWEST = 4  # numbered metrics of one kind that are worth a fold
_NUMBERED = re.compile(r"(.*?)(\d+)$")


@dataclass(frozen=True, slots=True)
class Family:
    """Metrics that differ only in the number at their end."""

    stem: str
    members: tuple[str, ...]

    @property
    def span(self) -> str:
        """`z0 to z47`."""
        first, last = (name.rpartition("/")[2] for name in (self.members[0], self.members[-1]))
        return f"{first} to {last}"

    @property
    def label(self) -> str:
        """`kl, z0 to z47`: what stands below the name of the group."""
        kind = self.stem.rpartition("/")[0].partition("/")[2]
        return f"{kind.replace('_', ' ')}, {self.span}" if kind else self.span

    @property
    def name(self) -> str:
        """`held_out/kl/z0 to z47`."""
        kind, slash, _ = self.stem.rpartition("/")
        return f"{kind}{slash}{self.span}"


def grouped(names: Iterable[str]) -> dict[str, list[str]]:
    """Metrics by prefix; those without one come last."""
    groups: dict[str, list[str]] = {}
    for name in names:
        prefix, slash, _ = name.partition("/")
        groups.setdefault(prefix if slash else _ALONE, []).append(name)
    places = {name: place for place, name in enumerate(_FIRST)}
    order = sorted(groups, key=lambda name: (name == _ALONE, places.get(name, len(places))))
    return {name: groups[name] for name in order}


def folded(names: Sequence[str]) -> list[str | Family]:
    """Single metrics where they stand, and numbered ones together behind them."""
    stems: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        if (match := _NUMBERED.match(name)) is not None:
            stems.setdefault(match[1], []).append((int(match[2]), name))
    families = [
        Family(stem, tuple(name for _, name in sorted(members)))
        for stem, members in stems.items()
        if len(members) >= _FEWEST
    ]
    inside = {name for family in families for name in family.members}
    return [*(name for name in names if name not in inside), *families]


def first_choice(names: Iterable[str]) -> list[str]:
    """What is drawn before anybody chose: the loss against held-out pictures, or both sides of a GAN."""
    known = list(names)
    wanted = _AUTOENCODER if _AUTOENCODER[0] in known else _GAN
    return [name for name in wanted if name in known] or known[:1]
