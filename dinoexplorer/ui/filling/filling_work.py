"""What takes time when a hole is filled: the picture that is shown, the search, one pass, edges."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.one_work import Line, OneWork

if TYPE_CHECKING:
    from dinoexplorer.latent.inversion.asking import SearchState
    from dinoexplorer.latent.inversion.inpainting import Edge, Inpainting, Proposal

Mask = NDArray[np.bool_]
SHOWN = 4  # proposals of one search
_APART, _SHARE = 0.15, 0.25  # seconds between two words at least, and the share of the time that they may take
_MORE = 3 * SHOWN  # random codes of which the best become other proposals


@dataclass(frozen=True, eq=False, slots=True)
class Hole:
    """A picture ``(h, w, 3)`` and what is to be replaced in it ``(h, w)``."""

    picture: ByteArray
    mask: Mask


@dataclass(frozen=True, eq=False, slots=True)
class Progress:
    """Where a search stands, what it proposes, and itself, since it can go on."""

    search: Inpainting
    state: SearchState
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Pass:
    """A filling made in one pass, and whether the network was trained to do so."""

    proposal: Proposal
    trained: bool


class FillingWork(OneWork):
    """Does one of these at a time; what is asked for later ends what is under way, and is alone heard of.

    ``edge`` is how fillings meet the picture from now on, also those of a search that is under way.
    """

    shown = Signal(object)  # ByteArray
    went = Signal(object)  # Progress
    found = Signal(object)  # Progress, when all steps are done or it was stopped
    passed = Signal(object)  # Pass
    edged = Signal(object)  # tuple[Proposal, ...]

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("The hole cannot be filled: {cause}.", parent)
        self.edge: Edge = "poisson"
        self._stopped = threading.Event()
        self._wanted: object = None
        self._edges = LatestWork(self)  # beside a search: another edge asks for nothing new
        self._edges.done.connect(self._on_edged)

    def look(self, generator: Generator, code: FloatArray) -> None:
        """Make the picture of a code; `shown` or `failed` follows."""
        self._begin(partial(_decoded, generator, code), self.shown.emit)

    def search(self, generator: Generator, hole: Hole, latent_map: LatentMap | None, seed: int) -> None:
        """Search for fillings; `went` tells how it goes, `found` or `failed` follows.

        From the second ``seed`` on only random codes are tried: the others have led to where they lead.
        """
        self._stopped = threading.Event()  # one that is ended by another keeps its own
        work = partial(_search, generator, hole, (latent_map, seed), _Until(self._stopped, lambda: self.edge))
        self._begin(work, self.found.emit, self.went.emit)

    def go_on(self, search: Inpainting, steps: int) -> None:
        """Go on with a search that has ended, for more ``steps`` where it was at its end."""
        self._stopped = threading.Event()
        self._begin(
            partial(_go_on, search, steps, _Until(self._stopped, lambda: self.edge)), self.found.emit, self.went.emit
        )

    def fill_at_once(self, generator: Generator, hole: Hole) -> None:
        """Fill in one pass; `passed` or `failed` follows."""
        self._begin(partial(_filled_at_once, generator, hole, self.edge), self.passed.emit)

    def give_edge(self, hole: Hole, proposals: tuple[Proposal, ...]) -> None:
        """The same fillings with the present edge; `edged` follows. A search goes on meanwhile."""
        self._wanted = object()
        self._edges.ask(self._wanted, partial(_edged, hole, proposals, self.edge))

    @Slot()
    def stop(self) -> None:
        """End the search after its present step; `found` follows with what there is."""
        self._stopped.set()

    @Slot()
    def cancel(self) -> None:
        self._wanted = None
        super().cancel()

    def close(self) -> None:
        super().close()
        self._edges.close()

    @Slot(object, object)
    def _on_edged(self, wanted: object, proposals: tuple[Proposal, ...]) -> None:
        if wanted is self._wanted:
            self.edged.emit(proposals)


@dataclass(frozen=True, slots=True)
class _Until:
    """How a search is told that it is to end, and which edge its fillings have now."""

    stopped: threading.Event
    edge: Callable[[], Edge]


def _decoded(generator: Generator, code: FloatArray, _line: Line) -> ByteArray:
    picture: ByteArray = generator.decode(code[None])[0]
    return picture


def _search(
    generator: Generator,
    hole: Hole,
    start: tuple[LatentMap | None, int],
    until: _Until,
    line: Line,
) -> Progress:
    from dinoexplorer.latent.inversion.inpainting import Inpainting, several_starts  # noqa: PLC0415  imports torch

    latent_map, seed = start
    starts = several_starts(generator, latent_map)
    if seed:
        starts = replace(starts, ways=("random",), random=_MORE, seed=seed)
    line.check()
    return _run(Inpainting(generator, hole.picture, hole.mask, starts=starts), until, line)


def _go_on(search: Inpainting, steps: int, until: _Until, line: Line) -> Progress:
    if search.state is not None and search.state.done:
        search.go_on(steps)
    return _run(search, until, line)


def _run(search: Inpainting, until: _Until, line: Line) -> Progress:
    state, told = search.step(), 0.0
    while not (state.done or until.stopped.is_set()):
        line.check()
        if time.monotonic() > told:
            began = time.monotonic()
            line.tell(_progress(search, state, until.edge()))
            now = time.monotonic()
            told = now + max(_APART, (now - began) / _SHARE)  # blending takes long for large pictures
        state = search.step()
    return _progress(search, state, until.edge())


def _progress(search: Inpainting, state: SearchState, edge: Edge) -> Progress:
    return Progress(search, state, search.proposals(edge)[:SHOWN])


def _filled_at_once(generator: Generator, hole: Hole, edge: Edge, _line: Line) -> Pass:
    from dinoexplorer.latent.inversion.inpainting import (  # noqa: PLC0415  imports torch
        fill_in_one_pass,
        trained_with_holes,
    )

    proposal = fill_in_one_pass(generator, hole.picture, hole.mask, edge)
    return Pass(proposal, trained_with_holes(generator.info))


def _edged(hole: Hole, proposals: tuple[Proposal, ...], edge: Edge) -> tuple[Proposal, ...]:
    from dinoexplorer.latent.inversion.inpainting import with_filling  # noqa: PLC0415  imports torch

    return tuple(replace(one, picture=with_filling(hole.picture, one.decoded, hole.mask, edge)) for one in proposals)
