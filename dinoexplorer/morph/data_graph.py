"""The encoded images as a graph of neighbours, and the shortest ways through it."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import FloatArray

_MOST_POINTS = 6000  # more make no better way and cost their square
_NEIGHBOURS = 12
_AT_ONCE = 512
_Found = tuple[NDArray[np.intp], NDArray[np.float64]]


class DataGraph:
    """Every code joined to its nearest ones; separate clusters are joined where they are nearest to each other.

    A step costs the square of its length, so that many short steps, where images are, are cheaper than a leap.
    Of more than 6,000 codes that many are drawn.
    """

    def __init__(self, codes: FloatArray) -> None:
        codes = codes[np.isfinite(codes).all(axis=1)]
        if len(codes) > _MOST_POINTS:
            codes = codes[np.sort(np.random.default_rng(0).choice(len(codes), _MOST_POINTS, replace=False))]
        self.codes = np.asarray(codes, np.float64)
        self._squares = np.einsum("ij,ij->i", self.codes, self.codes)
        self._edges: list[dict[int, float]] = [{} for _ in range(len(self.codes))]
        self._join_neighbours()
        self._join_clusters()

    def way(self, start: FloatArray, end: FloatArray) -> NDArray[np.float64]:
        """The codes ``(k, dim)`` of the images on the shortest way between two; none where there are none."""
        if len(self.codes) == 0:
            return np.zeros((0, len(start)))
        first, last = (int(self._nearest(np.asarray(code, np.float64)[None], 1)[0][0, 0]) for code in (start, end))
        return np.asarray(self.codes[self._shortest(first, last)])

    def _nearest(self, places: NDArray[np.float64], count: int) -> _Found:
        squared = self._squares - 2 * places @ self.codes.T
        count = min(count, len(self.codes))
        found = np.argpartition(squared, count - 1, axis=1)[:, :count]
        lengths = np.take_along_axis(squared, found, 1) + np.einsum("ij,ij->i", places, places)[:, None]
        return found, np.maximum(lengths, 0.0)

    def _join(self, one: int, other: int, cost: float) -> None:
        if one != other:
            self._edges[one][other] = self._edges[other][one] = cost

    def _join_neighbours(self) -> None:
        for start in range(0, len(self.codes), _AT_ONCE):
            found, costs = self._nearest(self.codes[start : start + _AT_ONCE], _NEIGHBOURS + 1)
            for row, (numbers, lengths) in enumerate(zip(found.tolist(), costs.tolist(), strict=True)):
                for number, cost in zip(numbers, lengths, strict=True):
                    self._join(start + row, number, cost)

    def _join_clusters(self) -> None:
        """Join each cluster to the nearest point of the ones before it, so that there is a way from all to all."""
        clusters = self._clusters()
        joined = clusters[0] if clusters else []
        for cluster in clusters[1:]:
            best = (np.inf, 0, 0)
            for start in range(0, len(cluster), _AT_ONCE):
                some = cluster[start : start + _AT_ONCE]
                squared = self._squares[joined] - 2 * self.codes[some] @ self.codes[joined].T
                squared += self._squares[some][:, None]
                row, column = np.unravel_index(int(squared.argmin()), squared.shape)
                best = min(best, (float(squared[row, column]), some[row], joined[column]))
            self._join(best[1], best[2], max(best[0], 0.0))
            joined = joined + cluster

    def _clusters(self) -> list[list[int]]:
        """The points that hang together, the largest cluster first."""
        left = set(range(len(self.codes)))
        clusters = []
        while left:
            waiting = [left.pop()]
            cluster = []
            while waiting:
                cluster.append(waiting.pop())
                new = left.intersection(self._edges[cluster[-1]])
                left -= new
                waiting.extend(new)
            clusters.append(sorted(cluster))
        return sorted(clusters, key=lambda cluster: (-len(cluster), cluster[0]))

    def _shortest(self, first: int, last: int) -> list[int]:
        """Dijkstra's algorithm; the numbers of the points on the way."""
        costs, before = {first: 0.0}, {first: first}
        waiting = [(0.0, first)]
        while waiting:
            cost, here = heapq.heappop(waiting)
            if here == last:
                break
            if cost > costs[here]:
                continue
            for there, step in self._edges[here].items():
                if cost + step < costs.get(there, np.inf):
                    costs[there], before[there] = cost + step, here
                    heapq.heappush(waiting, (cost + step, there))
        way = [last]
        while way[-1] != first:
            way.append(before[way[-1]])
        return way[::-1]
