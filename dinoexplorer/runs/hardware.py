"""How busy the machine is. The GPU is asked through NVML, which never makes a CUDA context."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import psutil

from dinoexplorer.runs.views import Hardware

_nvml: dict[str, Any] = {}
"""`module` once it was looked for: None where it, or a GPU, is not there."""


def measure() -> Hardware:
    """Processor and memory since the last call and now, and the first GPU where NVML tells."""
    memory = psutil.virtual_memory()
    gpu = _gpu(0)
    return Hardware(
        processor=float(psutil.cpu_percent(None)) / 100, memory_used=int(memory.total - memory.available),
        memory_total=int(memory.total), **gpu,
    )  # fmt: skip


def gpu_memory(device: str) -> tuple[int, int]:
    """Free and total bytes of `cuda` or `cuda:N`; 0 where NVML does not tell."""
    digits = device.partition(":")[2]
    found = _gpu(int(digits) if digits.isdecimal() else 0)
    total = int(found.get("gpu_memory_total", 0))
    return total - int(found.get("gpu_memory_used", 0)), total


def _gpu(index: int) -> dict[str, Any]:
    module = _module()
    if module is None:
        return {}
    try:
        handle = module.nvmlDeviceGetHandleByIndex(index)
        memory = module.nvmlDeviceGetMemoryInfo(handle)
        name = module.nvmlDeviceGetName(handle)
    except module.NVMLError:
        return {}
    try:
        busy = module.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    except module.NVMLError:  # a share of a GPU (MIG) does not tell
        busy = math.nan
    return {
        "gpu_name": name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name),
        "gpu": float(busy), "gpu_memory_used": int(memory.used), "gpu_memory_total": int(memory.total),
    }  # fmt: skip


def _module() -> Any:
    """`pynvml`, initialised; None where it is not installed or there is no driver."""
    if "module" not in _nvml:
        try:
            module = import_module("pynvml")
            module.nvmlInit()
        except Exception:  # noqa: BLE001  not installed, no driver, a driver that is too old: no figures then
            module = None
        _nvml["module"] = module
    return _nvml["module"]
