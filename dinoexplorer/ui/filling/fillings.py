"""All that was found for one hole. No Qt here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dinoexplorer.latent.inversion.inpainting import Proposal

MOST = 8  # of all searches


class Fillings:
    """What one pass made of a hole, and what searches did, the best first; one of them is chosen."""

    def __init__(self, mask: NDArray[np.bool_]) -> None:
        self.mask = mask
        self.searches = 0  # that were begun
        self.index = 0
        self._once: Proposal | None = None
        self._earlier: tuple[Proposal, ...] = ()
        self._present: tuple[Proposal, ...] = ()

    @property
    def all(self) -> tuple[Proposal, ...]:
        """That of one pass, if there is one, and the best of all searches."""
        searched = sorted((*self._earlier, *self._present), key=lambda one: one.loss)[:MOST]
        return (*(() if self._once is None else (self._once,)), *searched)

    @property
    def named(self) -> list[tuple[str, Proposal]]:
        """The same, each with a short name."""
        first = 0 if self._once is None else 1
        return [(str(number + 1 - first) if number >= first else "Pass", one) for number, one in enumerate(self.all)]

    @property
    def chosen(self) -> Proposal | None:
        """The one that is looked at."""
        found = self.all
        return found[min(self.index, len(found) - 1)] if found else None

    def begin_search(self) -> None:
        """Another search follows; what the others found stays."""
        self._earlier, self._present = (*self._earlier, *self._present), ()
        self.searches += 1
        self.index = 0 if self._once is None else 1

    def put_searched(self, proposals: tuple[Proposal, ...]) -> None:
        """What the present search proposes now."""
        self._present = proposals

    def put_once(self, proposal: Proposal) -> None:
        """What one pass has made; it is chosen."""
        self._once, self.index = proposal, 0

    def exchange(self, proposals: Iterable[Proposal]) -> None:
        """Put these in the place of those with the same codes; a search may have left some of them behind."""
        known = {one.code.tobytes(): one for one in proposals}
        self._earlier, self._present = (
            tuple(known.get(one.code.tobytes(), one) for one in some) for some in (self._earlier, self._present)
        )
        if self._once is not None:
            self._once = known.get(self._once.code.tobytes(), self._once)
