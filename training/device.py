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
    """The number format of the arithmetic.

    `auto` is bfloat16 where the device computes in it (of GPUs those from 2020 on, of CPUs those with AVX-512 BF16 or
    AMX), float16 on older GPUs and float32 elsewhere. Weights and losses are float32 in any case.
    """
    if wanted == "auto":
        if device.type == "cuda":
            return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
        return torch.bfloat16 if device.type == "cpu" and cpu_computes_in_bf16() else torch.float32
    if wanted == "fp16" and device.type == "cpu":
        raise ConfigError("precision = 'fp16': a CPU cannot train in it; use precision=auto")
    return {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[wanted]


def cpu_computes_in_bf16() -> bool:
    """Whether this CPU has instructions for bfloat16: without them it is slower than float32, not faster."""
    told = getattr(torch.cpu, "get_capabilities", None)  # torch 2.13 has it, 2.10 not
    found = told() if told is not None else {}
    return bool(found.get("avx512_bf16") or found.get("amx_bf16"))


def limit_threads() -> None:
    """No more threads than cores this process may use, and no slow arithmetic with denormal numbers."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        cores = os.cpu_count() or 1
    torch.set_num_threads(min(torch.get_num_threads(), cores))
    torch.set_flush_denormal(True)
