"""Codes that are searched for together, step by step: Adam (Kingma & Ba 2015) with a cosine. Imports torch."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from dinoexplorer.generators.differentiable import Differentiable
from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.latent.inversion.asking import Course, SearchState
from dinoexplorer.latent.inversion.freedom import Freedom
from dinoexplorer.latent.inversion.likeness import Likeness, as_bytes
from dinoexplorer.latent.inversion.prior import Prior
from dinoexplorer.latent.inversion.starts import WORDS, Starts, Way

_BETA_1, _BETA_2, _SMALL = 0.9, 0.95, 1e-10
_CHOSEN_AT_ONCE = 16  # starts decoded in one batch
_LEAST_ERROR = 1e-10
_RACED = 0.5  # the share of the steps after which one lane is left


@dataclass(eq=False)
class _Lanes:
    """Searches side by side, one a row; each keeps the best it has met."""

    values: Tensor  # (n, dim)
    first: Tensor  # Adam's moments, likewise
    second: Tensor
    counts: Tensor  # steps since the moments were 0, (n, 1)
    best_losses: Tensor  # (n,)
    best_errors: Tensor
    best_codes: Tensor
    best_pictures: Tensor
    best_steps: Tensor
    ways: list[Way]

    def keep(self, rows: list[int]) -> None:
        for name, value in vars(self).items():
            setattr(self, name, [value[row] for row in rows] if name == "ways" else value[rows])


@dataclass(frozen=True, eq=False, slots=True)
class _Seen:
    """What the lanes are at a step, one a row."""

    codes: Tensor
    pictures: Tensor
    losses: Tensor
    errors: Tensor


class Search:
    """Codes whose pictures become like one picture; in one thread, which may stop or nudge it between any two steps.

    The first step chooses the starts and shows the best of them; each further one moves every lane downhill once. With
    ``course.keeps`` 1 the lanes are a race: half of them are dropped several times, until the best one is left.
    """

    def __init__(
        self, decoder: Differentiable, likeness: Likeness, starts: Starts, course: Course, prior_weight: float
    ) -> None:
        self._decoder = decoder
        self._likeness = likeness
        self._course = course
        self._prior, self._prior_weight = Prior(decoder.info, decoder.device), prior_weight
        self._freedom = Freedom(decoder.info, decoder.device, course.classes, self._prior.bound)
        self._starts = starts
        self._lanes: _Lanes | None = None
        self._gradient: Tensor | None = None
        self._step, self._steps, self._since, self._seconds = -1, course.steps, 0, 0.0
        self._state: SearchState | None = None

    def __iter__(self) -> Iterator[SearchState]:
        """States until all steps are done; more after `go_on`."""
        while not self.done:
            yield self.step()

    @property
    def state(self) -> SearchState | None:
        """After the latest step; None before the first."""
        return self._state

    @property
    def done(self) -> bool:
        """Whether all steps are done, those that `go_on` has added as well."""
        return self._step >= self._steps

    def step(self) -> SearchState:
        """Go one step further and tell where it has led; tens of milliseconds.

        Raises
        ------
        GeneratorError
            If the device has no memory left.
        """
        began = time.perf_counter()
        self._step += 1
        lanes = self._lanes
        if lanes is None:
            lanes = self._lanes = self._chosen()
        else:
            self._drop(lanes)
            self._move(lanes)
        seen = self._look(lanes)
        self._remember(lanes, seen)
        self._seconds += time.perf_counter() - began
        self._state = self._told(lanes, seen)
        return self._state

    def nudge(self, code: FloatArray) -> None:
        """Go on from another code ``(dim,)``: the next step is there. What was best so far stays the best until beaten.

        Raises
        ------
        GeneratorError
            If the code does not fit.
        """
        code = self._decoder.info.latent.check(code)
        if self._lanes is None:
            self._starts = Starts(code, ("given",))
            return
        lead = int(self._lanes.best_losses.argmin())
        self._lanes.keep([lead])
        self._lanes.values = self._freedom.values(code)
        for moment in (self._lanes.first, self._lanes.second, self._lanes.counts):
            moment.zero_()
        self._gradient, self._since = None, max(self._step, 0)

    def go_on(self, steps: int) -> None:
        """Add steps, the first of them as large as those at the beginning."""
        self._since = max(self._step, 0)
        self._steps = max(self._step, 0) + steps

    def found(self) -> tuple[FloatArray, ByteArray, FloatArray]:
        """The best of every lane, best first: codes ``(n, dim)``, pictures ``(n, h, w, 3)``, losses ``(n,)``."""
        lanes = self._lanes
        if lanes is None:
            self.step()
            return self.found()
        order = torch.argsort(lanes.best_losses, stable=True)
        codes: FloatArray = lanes.best_codes[order].cpu().numpy()
        losses: FloatArray = lanes.best_losses[order].cpu().numpy()
        return codes, as_bytes(lanes.best_pictures[order]), losses

    def _chosen(self) -> _Lanes:
        """The starts that are nearest, as many as there are lanes."""
        values = self._freedom.values(self._starts.codes)
        rows = torch.arange(len(values), device=values.device)
        if len(values) > self._course.lanes:
            with torch.no_grad():
                losses = torch.cat([self._losses(some)[2] for some in torch.split(values, _CHOSEN_AT_ONCE)])
            rows = torch.argsort(losses.nan_to_num(math.inf), stable=True)[: self._course.lanes]
        values, count = values[rows].clone(), len(rows)
        device = values.device
        return _Lanes(
            values=values,
            first=torch.zeros_like(values),
            second=torch.zeros_like(values),
            counts=torch.zeros(count, 1, device=device),
            best_losses=torch.full((count,), math.inf, device=device),
            best_errors=torch.full((count,), math.inf, device=device),
            best_codes=self._freedom.codes(values),
            best_pictures=torch.zeros_like(self._likeness.target).repeat(count, 1, 1, 1),
            best_steps=torch.zeros(count, dtype=torch.long, device=device),
            ways=[self._starts.ways[row] for row in rows.tolist()],
        )

    def _losses(self, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Codes, their pictures, and what is to become small."""
        codes = self._freedom.codes(values)
        pictures = self._decoder.decode(codes)
        return codes, pictures, self._likeness(pictures) + self._prior_weight * self._prior(codes)

    def _drop(self, lanes: _Lanes) -> None:
        """In a race: the worse half at each of evenly spread steps, so that one is left when half of them are done."""
        count, keeps = len(lanes.values), self._course.keeps
        if count <= keeps:
            return
        rounds = max(math.ceil(math.log2(self._course.lanes / keeps)), 1)
        run = min(self._step / max(_RACED * self._course.steps, 1), 1)
        left = max(keeps, math.ceil(self._course.lanes / 2 ** math.floor(rounds * run)))
        if left < count:
            rows = torch.argsort(lanes.best_losses, stable=True)[:left].tolist()
            self._gradient = None if self._gradient is None else self._gradient[rows]
            lanes.keep(rows)

    @torch.no_grad()
    def _move(self, lanes: _Lanes) -> None:
        gradient = self._gradient
        if gradient is None:  # nudged: the next step is where it was put
            return
        lanes.counts += 1
        lanes.first.lerp_(gradient, 1 - _BETA_1)
        lanes.second.lerp_(gradient.square(), 1 - _BETA_2)
        first = lanes.first / (1 - _BETA_1**lanes.counts)
        second = lanes.second / (1 - _BETA_2**lanes.counts)
        done = (self._step - self._since) / max(self._steps - self._since, 1)
        rate = self._course.rate * 0.5 * (1 + math.cos(math.pi * min(done, 1)))
        lanes.values = lanes.values - rate * first / (second.sqrt() + _SMALL)
        self._freedom.bring_back(lanes.values)

    def _look(self, lanes: _Lanes) -> _Seen:
        """Codes, pictures, losses and squared errors of all lanes; and which way is downhill."""
        with torch.enable_grad():
            values = lanes.values.detach().requires_grad_()
            codes, pictures, losses = self._losses(values)
            gradient = torch.autograd.grad(losses.sum(), values)[0]
        self._gradient = gradient.nan_to_num(0.0, 0.0, 0.0)
        with torch.no_grad():
            return _Seen(codes.detach(), pictures.detach(), losses.detach(), self._likeness.squared(pictures))

    def _remember(self, lanes: _Lanes, seen: _Seen) -> None:
        better = seen.losses < lanes.best_losses
        lanes.best_losses = torch.where(better, seen.losses, lanes.best_losses)
        lanes.best_errors = torch.where(better, seen.errors, lanes.best_errors)
        lanes.best_steps = torch.where(better, self._step, lanes.best_steps)
        lanes.best_codes = torch.where(better[:, None], seen.codes, lanes.best_codes)
        lanes.best_pictures = torch.where(better[:, None, None, None], seen.pictures, lanes.best_pictures)

    def _told(self, lanes: _Lanes, seen: _Seen) -> SearchState:
        row, best = int(seen.losses.argmin()), int(lanes.best_losses.argmin())
        return SearchState(
            step=self._step,
            steps=self._steps,
            code=_row(seen.codes, row),
            picture=as_bytes(seen.pictures[row : row + 1])[0],
            loss=float(seen.losses[row]),
            psnr=_decibels(seen.errors[row]),
            best_code=_row(lanes.best_codes, best),
            best_picture=as_bytes(lanes.best_pictures[best : best + 1])[0],
            best_loss=float(lanes.best_losses[best]),
            best_psnr=_decibels(lanes.best_errors[best]),
            best_step=int(lanes.best_steps[best]),
            seconds=self._seconds,
            start=WORDS[lanes.ways[row]],
        )


def _row(rows: Tensor, row: int) -> FloatArray:
    found: FloatArray = np.array(rows[row].cpu().numpy(), np.float32)
    return found


def _decibels(error: Tensor) -> float:
    return -10 * math.log10(max(float(error), _LEAST_ERROR))


class Steered:
    """A search as those who started it see it: ``for state in searched``, or `step` and stop whenever you like."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def __iter__(self) -> Iterator[SearchState]:
        """A state for the start, and one for each step until all are done."""
        return iter(self._search)

    @property
    def state(self) -> SearchState | None:
        """After the latest step; None before the first."""
        return self._search.state

    @property
    def done(self) -> bool:
        """Whether all steps are done. See `Search.done`."""
        return self._search.done

    def step(self) -> SearchState:
        """One step further; the first shows the best of the starts. See `Search.step`."""
        return self._search.step()

    def nudge(self, code: FloatArray) -> None:
        """Go on from another code ``(dim,)``, as a slider gives it. See `Search.nudge`."""
        self._search.nudge(code)

    def go_on(self, steps: int) -> None:
        """Add steps after the last, or begin anew with long ones before it."""
        self._search.go_on(steps)
