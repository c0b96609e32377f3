"""What the palette lists, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be done.

    ``key`` says what it is from one start to the next. ``kind`` is one word for where it comes from, shown where it has
    no ``keys`` of its own. With a ``hindrance``, the sentence why not, it cannot be done now.
    """

    key: str
    name: str
    kind: str
    run: Callable[[], object]
    help: str = ""
    keywords: str = ""
    keys: str = ""
    hindrance: str = ""

    @property
    def line(self) -> str:
        """What stands below the name."""
        return self.hindrance or self.help

    def texts(self) -> tuple[str, str, str]:
        """Name, keywords and help, to be searched."""
        return self.name, f"{self.keywords} {self.kind}", self.help


class Provider(Protocol):
    """A source of entries. One object more in the palette's list is one kind of things more to be found."""

    def entries(self) -> Sequence[Entry]:
        """What there is now. Asked in the window's thread each time the palette comes up, so from memory."""
        ...
