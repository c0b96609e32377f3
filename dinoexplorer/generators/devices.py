"""Which device a generator runs on, and why."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from dinoexplorer.generators.errors import GeneratorError

KINDS = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A device as torch names it, and a sentence for the user when it is not the one that was asked for."""

    device: str
    note: str = ""


def available_devices() -> list[str]:
    """The devices of this machine, best first; always ends with "cpu"."""
    devices = [f"cuda:{index}" for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    if torch.backends.mps.is_available():
        devices.append("mps")
    return [*devices, "cpu"]


def choose_device(wanted: str = "auto") -> DeviceChoice:
    """The device to use for what was asked; falls back to the best one there is and says so.

    Raises
    ------
    GeneratorError
        If ``wanted`` is no name of a device.
    """
    kind, _, number = wanted.partition(":")
    if kind not in KINDS or (number and (kind != "cuda" or not number.isdigit())):
        raise GeneratorError(f"There is no device called {wanted!r}; use auto, cpu, cuda, cuda:N or mps.")
    devices = available_devices()
    if wanted == "auto":
        return DeviceChoice(devices[0])
    exact = f"cuda:{int(number or 0)}" if kind == "cuda" else kind
    if exact in devices:
        return DeviceChoice(exact)
    return DeviceChoice(devices[0], f"{wanted} is not there ({_why_not(kind)}), so {devices[0]} is used instead.")


def describe_device(device: str) -> str:
    """The device as the status bar names it: "CPU", or the graphics card's own name."""
    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    return {"cpu": "CPU", "mps": "Apple GPU"}.get(device, device)


def give_back_memory() -> None:
    """Give the memory of generators that are gone back to the device, for other programs; the CPU needs no help."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()


def _why_not(kind: str) -> str:
    if kind == "mps":
        return "that is Apple's GPU, and this is not such a machine"
    if torch.version.cuda is None:
        return "this build of torch is made for the CPU alone"
    if not torch.cuda.is_available():
        return "torch finds no NVIDIA driver or no card"
    return f"this machine has {torch.cuda.device_count()} CUDA card(s)"
