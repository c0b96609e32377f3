"""Which pictures look alike: exact search among perceptual hashes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.data.images import Progress
from training.data.pixels.perceptual import BITS, WORDS

Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]

SCALE = 64
"""Distances are told in 64ths of a hash, whatever its length."""
_ROWS, _COLUMNS = 256, 2048  # 4 MB at a time, which stays near the processor


class NearIndex:
    """Groups hashes around leaders: a hash joins the first leader in reach, or becomes one itself.

    Who comes first leads, so add the best pictures first. Any two leaders differ in more than `distance`, and nobody is
    further from its leader than that: groups do not grow along chains of small differences. New hashes are compared
    with the leaders only, so an index can grow. 100,000 different hashes take some seconds and a few MB.

    Parameters
    ----------
    distance
        The largest share of different bits of near duplicates, in 64ths; below 0 nothing is near anything, not even
        its equal.
    """

    def __init__(self, distance: int) -> None:
        self._limit = distance * BITS // SCALE
        self._leaders: Hashes = np.zeros((WORDS, 0), np.uint64)  # each word of all in one row, which is searched fast
        self._places: Places = np.zeros(0, np.intp)
        self._differing: Hashes = np.empty((_ROWS, _COLUMNS), np.uint64)  # fresh memory for each block costs most
        self._leading = 0
        self._count = 0

    def __len__(self) -> int:
        """How many hashes were added."""
        return self._count

    def add(self, hashes: Hashes, progress: Progress | None = None) -> Places:
        """Add hashes (n, 4) of `training.data.pixels.perceptual.hash_words`, the best first.

        Returns
        -------
        ndarray
            intp (n,): for each the place of its leader among all that were ever added; its own where it leads.
        """
        found = np.arange(self._count, self._count + len(hashes))
        self._count += len(hashes)
        if self._limit < 0:
            return found
        for start in range(0, len(hashes), _ROWS):
            if progress is not None:
                progress("looking for near duplicates", start, len(hashes))
            self._add_block(hashes[start : start + _ROWS], found[start : start + _ROWS])
        return found

    def _add_block(self, block: Hashes, places: Places) -> None:
        """Replace the places of those that follow somebody; the others lead from now on."""
        older = self._first_in_reach(block)
        fresh = np.flatnonzero(older < 0)
        leads = np.ones(len(fresh), np.bool_)
        near = self._in_reach(block[fresh], block[fresh])
        for row in np.flatnonzero(np.tril(near, -1).any(axis=1)):
            before = np.flatnonzero(near[row, :row] & leads[:row])
            if len(before):
                leads[row] = False
                older[fresh[row]] = places[fresh[before[0]]]
        self._lead(block[fresh[leads]], places[fresh[leads]])
        places[:] = np.where(older < 0, places, older)

    def _first_in_reach(self, block: Hashes) -> Places:
        """For each hash the place of the first leader in reach; -1 where none is."""
        found = np.full(len(block), -1, np.intp)
        for start in range(0, self._leading, _COLUMNS):
            end = min(start + _COLUMNS, self._leading)
            near = self._in_reach(block, self._leaders[:, start:end].T)
            rows = np.flatnonzero(near.any(axis=1) & (found < 0))
            found[rows] = self._places[start + near[rows].argmax(axis=1)]
        return found

    def _in_reach(self, ones: Hashes, others: Hashes) -> NDArray[np.bool_]:
        """Whether each of (n, 4) is near each of (m, 4), (n, m)."""
        differing = self._differing[: len(ones), : len(others)]
        np.bitwise_xor(ones[:, None, 0], others[None, :, 0], out=differing)
        near = np.bitwise_count(differing) <= self._limit
        # One word that differs too much has decided for nearly all pairs; the others are counted out.
        rows, columns = np.divmod(np.flatnonzero(near), len(others))  # many times as fast as nonzero of two axes
        near[rows, columns] = np.bitwise_count(ones[rows] ^ others[columns]).sum(axis=1) <= self._limit
        return near

    def _lead(self, words: Hashes, places: Places) -> None:
        needed = self._leading + len(places)
        if needed > len(self._places):
            room = max(needed, 2 * len(self._places)) - len(self._places)
            self._leaders = np.pad(self._leaders, ((0, 0), (0, room)))
            self._places = np.pad(self._places, (0, room))
        self._leaders[:, self._leading : needed] = words.T
        self._places[self._leading : needed] = places
        self._leading = needed
