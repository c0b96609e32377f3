"""The optional fast runtime: OpenVINO for single pictures on a CPU, where it is faster and shows the same.

Which runtime won is remembered by checkpoint and versions, so that the probe runs once. Without the extra ``fast``
nothing here does anything.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import torch
from torch import Tensor, nn

from dinoexplorer.generators.generator import GeneratorInfo
from training.files import replace_text

Run = Callable[[Tensor], Tensor]
_PROBES = 8
_TIMED_RUNS = 12
_LARGEST_DIFFERENCE = 1.01 / 127.5  # one grey level of a picture in [-1, 1]
_KEPT_VERDICTS = 500


def find_faster(decoder: nn.Module, info: GeneratorInfo) -> Run | None:
    """A way to decode one code ``(1, dim)`` that is faster than ``decoder`` and as good, or None.

    As good is within one grey level on eight codes. Measured once per checkpoint, then remembered.
    """
    if find_spec("openvino") is None:
        return None
    key = _key(info)
    remembered = _verdicts().get(key)
    if remembered == "torch":
        return None
    codes = [torch.from_numpy(code[None]) for code in info.latent.sample(_PROBES, 0)]
    try:
        faster = _openvino_run(decoder, info)
        same = all(float((faster(code) - decoder(code)).abs().max()) <= _LARGEST_DIFFERENCE for code in codes)
        wins = same and (remembered is not None or _is_faster(faster, decoder, codes))
    except Exception:  # noqa: BLE001  a graph it cannot take is an answer, not a failure: torch goes on
        return None
    _remember(key, "openvino" if wins else "torch")
    return faster if wins else None


def _is_faster(one: Run, other: Run | nn.Module, codes: list[Tensor]) -> bool:
    """By a tenth, in the best of three rounds each: a busy moment must not decide for good."""
    rounds = [(_median_seconds(one, codes), _median_seconds(other, codes)) for _ in range(3)]
    return min(first for first, _ in rounds) < 0.9 * min(second for _, second in rounds)


def _openvino_run(decoder: nn.Module, info: GeneratorInfo) -> Run:
    # OpenVINO 2026.4 reports each conversion to Google Analytics unless its reporter cannot be imported. Nothing here
    # leaves the machine.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino  # noqa: PLC0415  an optional extra

    example = torch.zeros(1, info.latent.dim)
    model = openvino.convert_model(decoder, example_input=example, input=[(1, info.latent.dim)])
    compiled = openvino.Core().compile_model(
        model, "CPU", {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    )
    request: Any = compiled.create_infer_request()
    lock = threading.Lock()  # a request holds its own buffers

    def run(codes: Tensor) -> Tensor:
        with lock:
            result = request.infer({0: codes.numpy()})
            return torch.from_numpy(np.array(result[0]))

    return run


def _median_seconds(run: Run | nn.Module, codes: list[Tensor]) -> float:
    times = []
    for number in range(_TIMED_RUNS + 3):
        started = time.perf_counter()
        run(codes[number % len(codes)])
        times.append(time.perf_counter() - started)
    return statistics.median(times[3:])


def _key(info: GeneratorInfo) -> str:
    try:
        openvino = version("openvino")
    except PackageNotFoundError:  # installed without its metadata
        openvino = "?"
    return f"{info.sha256} torch {torch.__version__} openvino {openvino} threads {torch.get_num_threads()}"


def _verdicts_path() -> Path:
    folder = os.environ.get("DINOEXPLORER_CACHE") or platformdirs.user_cache_dir("dinoexplorer", appauthor=False)
    return Path(folder) / "runtimes.json"


def _verdicts() -> dict[str, str]:
    try:
        found = json.loads(_verdicts_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(key: str, verdict: str) -> None:
    verdicts = {**_verdicts(), key: verdict}
    newest = dict(list(verdicts.items())[-_KEPT_VERDICTS:])
    path = _verdicts_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, json.dumps(newest, indent=1))
    except OSError:
        return  # a cache that cannot be written only costs the next probe
