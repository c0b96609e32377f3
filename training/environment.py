"""What a run ran on."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

_PACKAGES = ("dinoexplorer", "torch", "numpy", "pillow", "safetensors", "pydantic")


def describe_environment(device: torch.device, precision: torch.dtype) -> dict[str, Any]:
    """Versions, device, driver, git state and command line, ready for JSON."""
    return {
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}},
        "platform": platform.platform(),
        "host": socket.gethostname(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "device": _device_name(device),
        "driver": _driver() if device.type == "cuda" else None,
        "precision": str(precision).removeprefix("torch."),
        "git": _git_state(),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
    }


def code_version() -> str:
    """The version of this program, with the git commit when it runs from a checkout."""
    state = _git_state()
    commit = f"+{state['commit'][:12]}{'.dirty' if state['dirty'] else ''}" if state else ""
    return f"{_version('dinoexplorer') or 'unknown'}{commit}"


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return f"{device} ({torch.cuda.get_device_name(device)})"
    return f"{device} ({platform.processor() or platform.machine()})"


def _driver() -> str | None:
    return _output("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader")


def _git_state() -> dict[str, Any] | None:
    folder = Path(__file__).resolve().parent.parent
    if not (folder / ".git").exists():
        return None
    commit = _output("git", "-C", str(folder), "rev-parse", "HEAD")
    return (
        {"commit": commit, "dirty": bool(_output("git", "-C", str(folder), "status", "--porcelain"))}
        if commit
        else None
    )


def _output(*command: str) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
