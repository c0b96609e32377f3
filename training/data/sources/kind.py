"""What is told of a kind of source: its name, how it is recognised, how it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from training.data.sources.source import Source, SourceError
from training.data.workshop.preparation import Preparation


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source.

    Attributes
    ----------
    name
        In one or two words.
    description
        In one line.
    example
        What a user would write.
    recognises
        Whether a text that the user wrote names a source of this kind.
    open
        Opens it; raises `SourceError`.
    extra
        The optional extra of the package that it needs, or "".
    network
        Whether it asks the network, which takes `Preparation.network`.
    """

    name: str
    description: str
    example: str
    recognises: Callable[[str], bool] = field(repr=False)
    open: Callable[[str, Preparation], Source] = field(repr=False)
    extra: str = ""
    network: bool = False


def need_network(text: str, preparation: Preparation) -> None:
    """Refuse a source on the network unless the user allowed it."""
    if not preparation.network:
        raise SourceError(
            f"{text} is on the network, which is only asked on your word; allow it (--yes-network on the command line)"
        )


def missing_extra(text: str, package: str, extra: str) -> SourceError:
    """The error for an optional package that is not there."""
    return SourceError(f"{text} needs the package {package}; install it with: pip install 'dinoexplorer[{extra}]'")
