"""Batches of a picture set on the training device, in an order that only the seed and the step decide."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

ON_DEVICE_BYTES = 8 << 30
"""A set up to this size is copied to the GPU whole; a larger one goes over batch by batch."""


def mixed_seed(*numbers: int) -> int:
    """One 63-bit seed from several numbers, well spread (the entropy pool of NumPy's SeedSequence)."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)


class Batches:
    """uint8 pictures in, float32 (b, c, h, w) in [-1, 1] on the device out.

    Every epoch is a permutation seeded by (seed, epoch), so the batch of any step can be made without the ones before:
    a resumed run goes on with exactly the pictures it would have seen.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        chosen: NDArray[np.int64],
        *,
        batch_size: int,
        seed: int,
        flip: bool,
        device: torch.device,
    ) -> None:
        self.batch_size = batch_size
        self._chosen = torch.from_numpy(chosen)
        self._seed = seed
        self._flip = flip
        self._device = device
        self._images = torch.from_numpy(images)
        if device.type != "cpu" and images.nbytes <= ON_DEVICE_BYTES:
            self._images = self._images.to(device)
        self._epoch = -1
        self._order = self._chosen

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self._chosen)

    def at(self, step: int) -> Tensor:
        """The batch of a step, counted from 0. Batches run over the end of an epoch into the next."""
        places = torch.arange(step * self.batch_size, (step + 1) * self.batch_size)
        epochs = places // len(self._chosen)
        rows = torch.cat([self._permutation(epoch)[places[epochs == epoch] % len(self._chosen)]
                          for epoch in range(int(epochs[0]), int(epochs[-1]) + 1)])  # fmt: skip
        batch = self.take(rows)
        if self._flip:
            coin = torch.Generator().manual_seed(mixed_seed(self._seed, step, 1))
            mirrored = (torch.rand(len(batch), generator=coin) < 0.5).to(self._device)
            batch = torch.where(mirrored[:, None, None, None], batch.flip(-1), batch)
        return batch

    def take(self, rows: Tensor) -> Tensor:
        """The pictures with these indices into the whole set."""
        batch = self._images[rows.to(self._images.device)].to(self._device, non_blocking=True)
        return batch.permute(0, 3, 1, 2).float().mul_(1 / 127.5).sub_(1.0)

    def _permutation(self, epoch: int) -> Tensor:
        if epoch != self._epoch:
            generator = torch.Generator().manual_seed(mixed_seed(self._seed, epoch, 0))
            self._order = self._chosen[torch.randperm(len(self._chosen), generator=generator)]
            self._epoch = epoch
        return self._order
