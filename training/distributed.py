"""Several processes that train one model: `torchrun --nproc-per-node N -m training fit ...`.

Each process computes the gradients of its share of a step's pictures; their mean, over all processes, is what every
optimiser steps by, so the weights stay equal everywhere. This is what `DistributedDataParallel` does, without its
wrapper: DDP ties the reduction to one forward and backward of one module, while a GAN's phases run parts of the model
several times, freeze others, and differentiate gradients (R1). One reduction of one flat tensor per phase costs the
overlap with the backward pass and fits every family.

Process 0 leads: it alone knows the run folder, listens, evaluates and saves; before each step it tells the others what
comes next, so a command reaches all of them between the same two steps.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from enum import IntEnum

import torch
import torch.distributed as dist
from torch import Tensor

from training.config import world_size

_PATIENCE = timedelta(days=30)
"""A paused run keeps the others waiting."""


class Word(IntEnum):
    """What the leader says before each step."""

    LEAVE = 0
    STEP = 1
    RELOAD = 2


class Group:
    """The processes of this training; alone, every method is free."""

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank = rank
        self.size = size

    @classmethod
    def join(cls) -> Group:
        """The group that `torchrun` has laid out in the environment, or this process alone."""
        if world_size() == 1:
            return cls()
        if torch.cuda.is_available():
            torch.cuda.set_device(local_rank())
        backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
        dist.init_process_group(backend, timeout=_PATIENCE)
        return cls(dist.get_rank(), dist.get_world_size())

    def close(self) -> None:
        """Leave the group."""
        if self.size > 1 and dist.is_initialized():
            dist.destroy_process_group()

    def say(self, word: Word = Word.LEAVE) -> Word:
        """What the leader says, for everyone; the others' argument does not count."""
        if self.size == 1:
            return word
        told = torch.tensor([int(word)])
        dist.broadcast(told, src=0)
        return Word(int(told))

    def share(self, data: bytes = b"") -> bytes:
        """The leader's bytes, for everyone."""
        if self.size == 1:
            return data
        length = torch.tensor([len(data)])
        dist.broadcast(length, src=0)
        buffer = torch.frombuffer(bytearray(data), dtype=torch.uint8) if data and self.rank == 0 else None
        if buffer is None:
            buffer = torch.zeros(int(length), dtype=torch.uint8)
        if len(buffer):
            dist.broadcast(buffer, src=0)
        return bytes(buffer.numpy())

    def average_gradients(self, parameters: Iterable[Tensor]) -> None:
        """Replace every gradient by its mean over the processes."""
        if self.size == 1:
            return
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        if not gradients:
            return
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.size
        place = 0
        for gradient in gradients:
            gradient.copy_(flat[place : place + gradient.numel()].view(gradient.shape))
            place += gradient.numel()


def local_rank() -> int:
    """Which of this machine's devices is for this process."""
    text = os.environ.get("LOCAL_RANK", "0")
    return int(text) if text.isdecimal() else 0


def is_follower() -> bool:
    """Whether `torchrun` started this process as one of those that only compute."""
    return world_size() > 1 and os.environ.get("RANK", "0") != "0"
