"""Where and in which number format to compute."""

from __future__ import annotations

import os

import torch

from training.config import ConfigError


def choose_device(wanted: str) -> torch.device:
    """The device of that name; `auto` takes CUDA, else Apple's MPS, else the CPU.

    Raises
    ------
    ConfigError
        The device is not there; the text says what is.
    """
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    device = torch.device(wanted)
    if device.type == "cuda":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if (device.index or 0) >= count:
            found = f"{count} GPU(s)" if count else "no GPU that this torch can use"
            raise ConfigError(f"device = {wanted!r}: there is {found} here; use device=auto or device=cpu")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise ConfigError("device = 'mps': this machine has no Apple GPU that torch can use; use device=auto")
    return device


def choose_precision(wanted: str, device: torch.device) -> torch.dtype:
    """The number format of the arithmetic; `auto` is bfloat16 (or float16) on CUDA and float32 elsewhere."""
    if wanted == "auto":
        if device.type != "cuda":
            return torch.float32
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if wanted == "fp16" and device.type == "cpu":
        raise ConfigError("precision = 'fp16': a CPU cannot train in it; use precision=auto")
    return {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[wanted]


def limit_threads() -> None:
    """No more threads than cores this process may use, and no slow arithmetic with denormal numbers."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        cores = os.cpu_count() or 1
    torch.set_num_threads(min(torch.get_num_threads(), cores))
    torch.set_flush_denormal(True)
