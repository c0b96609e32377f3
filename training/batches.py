"""Batches of a picture set on the training device, in an order that only the seed and the place decide."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.models.family import Batch

ON_DEVICE_BYTES = 8 << 30
"""A set up to this size is copied to the GPU whole; a larger one goes over batch by batch."""


def mixed_seed(*numbers: int) -> int:
    """One 63-bit seed from several numbers, well spread (the entropy pool of NumPy's SeedSequence)."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)


class Batches:
    """uint8 pictures in, a `Batch` on the device out.

    Every epoch is a permutation seeded by (seed, epoch), so the batch of any place can be made without the ones before:
    a resumed run goes on with exactly the pictures it would have seen. While a step computes, a thread gathers the
    pictures of the next; it ends with `close`.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.int32],
        chosen: NDArray[np.int64],
        *,
        seed: int,
        flip: bool,
        device: torch.device,
    ) -> None:
        self._images = images
        self._labels = torch.from_numpy(labels.astype(np.int64))
        self._chosen = chosen
        self._seed = seed
        self._flip = flip
        self._device = device
        self._on_device: Tensor | None = None
        if device.type != "cpu" and images.nbytes <= ON_DEVICE_BYTES:
            self._on_device = torch.from_numpy(images).to(device)
        self._epoch = -1
        self._order = chosen
        self._thread: ThreadPoolExecutor | None = None
        self._ahead: tuple[tuple[int, int], Future[NDArray[np.uint8]]] | None = None

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self._chosen)

    def at(self, place: int, count: int, *, ahead: int | None = None) -> Batch:
        """`count` pictures from `place` on, counted in pictures seen; they run over the end of an epoch into the next.

        Parameters
        ----------
        ahead
            The place of the next call, whose pictures a thread gathers meanwhile.
        """
        rows = self._rows(place, count)
        batch = self._batch(rows, self._gathered(place, rows))
        if ahead is not None and self._on_device is None:
            self._gather_ahead(ahead, count)
        if not self._flip:
            return batch
        mirrored = torch.from_numpy(_coins(place, count, self._seed)).to(self._device)
        images = torch.where(mirrored[:, None, None, None], batch.images.flip(-1), batch.images)
        return Batch(images, batch.labels)

    def take(self, rows: Tensor) -> Batch:
        """The pictures with these indices into the whole set, as they are."""
        chosen = rows.numpy()
        return self._batch(chosen, None if self._on_device is not None else self._images[chosen])

    def take_labels(self, rows: Tensor) -> NDArray[np.int64]:
        """The classes of the pictures with these indices, -1 for none."""
        labels: NDArray[np.int64] = self._labels[rows].numpy()
        return labels

    def close(self) -> None:
        """End the thread."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)
        self._thread = self._ahead = None

    def _gathered(self, place: int, rows: NDArray[np.int64]) -> NDArray[np.uint8] | None:
        if self._on_device is not None:
            return None
        if self._ahead is not None and self._ahead[0] == (place, len(rows)):
            return self._ahead[1].result()
        return self._images[rows]

    def _gather_ahead(self, place: int, count: int) -> None:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="next-batch")
        # NumPy gathers on this one thread; torch would start a second team of threads against the step's own.
        self._ahead = (place, count), self._thread.submit(self._images.__getitem__, self._rows(place, count))

    def _batch(self, rows: NDArray[np.int64], gathered: NDArray[np.uint8] | None) -> Batch:
        chosen = torch.from_numpy(rows)
        if gathered is None:
            assert self._on_device is not None  # noqa: S101  for the type checker; see `_gathered`
            pixels = self._on_device[chosen.to(self._device)]
        else:
            pixels = torch.from_numpy(gathered).to(self._device)
        # (n, h, w, c) seen as (n, c, h, w) is channels_last already.
        images = pixels.permute(0, 3, 1, 2).float().mul_(1 / 127.5).sub_(1.0)
        return Batch(images, self._labels[chosen].to(self._device))

    def _rows(self, place: int, count: int) -> NDArray[np.int64]:
        places = np.arange(place, place + count)
        epochs, within = np.divmod(places, len(self._chosen))
        parts = [
            self._permutation(epoch)[within[epochs == epoch]] for epoch in range(int(epochs[0]), int(epochs[-1]) + 1)
        ]
        return np.concatenate(parts)

    def _permutation(self, epoch: int) -> NDArray[np.int64]:
        if epoch != self._epoch:
            generator = torch.Generator().manual_seed(mixed_seed(self._seed, epoch, 0))
            self._order = self._chosen[torch.randperm(len(self._chosen), generator=generator).numpy()]
            self._epoch = epoch
        return self._order


def _coins(place: int, count: int, seed: int) -> NDArray[np.bool_]:
    """A coin for each place, whichever batch or process it falls to: the top bit of SplitMix64 (Steele et al. 2014)."""
    start = np.uint64(mixed_seed(seed, 1))
    with np.errstate(over="ignore"):
        bits = start + np.arange(place, place + count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    coins: NDArray[np.bool_] = (bits ^ (bits >> np.uint64(31))) >> np.uint64(63) == 1
    return coins


def split_evenly(batch: Batch, parts: int) -> Sequence[Batch]:
    """The batch in `parts` of almost the same size, in order; fewer when there are fewer pictures."""
    parts = min(parts, len(batch.images))
    if parts <= 1:
        return [batch]  # a tenth of a millisecond that every step would pay
    pairs = zip(batch.images.tensor_split(parts), batch.labels.tensor_split(parts), strict=True)
    return [Batch(images, labels) for images, labels in pairs]
