"""The other way: a generator as an ONNX graph, which other programs can run. Needs the extra ``onnx-export``."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import logging
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.generators.opening import open_generator
from training.files import replace_file

if TYPE_CHECKING:
    from torch import nn

_ALLOWED = 1e-3
"""Of values in [-1, 1]."""
_CODES, _SEED = 4, 3
VALUES_KEY = "dinoexplorer.values"
"""In the graph's metadata: what its numbers are, as `onnx_generator.Values` counts them, where that is known."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written; ``checked_with`` names what ran it afterwards, empty where nothing here can."""

    path: Path
    checked_with: str
    difference: float


def export_onnx(path: Path, out: Path) -> Exported:
    """Write the decoder of a checkpoint to ``out``: codes ``(n, dim)`` to pictures ``(n, c, h, w)`` in [-1, 1].

    Raises
    ------
    GeneratorError
        It does not open, the packages for it are missing, or the graph gives other pictures.
    """
    check_packages()
    from dinoexplorer.generators.torch_generator import TorchGenerator  # noqa: PLC0415

    generator = open_generator(path)
    if not isinstance(generator, TorchGenerator):
        raise GeneratorError(
            f"{path.name} is no PyTorch network here, so it cannot be written as ONNX; copy it as it is."
        )
    return export_decoder(generator.decoder, generator.info.latent.sample(_CODES, _SEED), path.name, out, "signed")


def check_packages() -> None:
    """Raise `GeneratorError` where what writes ONNX is not installed."""
    missing = [name for name in ("onnx", "onnxscript") if importlib.util.find_spec(name) is None]
    if missing:
        raise GeneratorError(
            f"writing ONNX needs the package{'s' * (len(missing) > 1)} {' and '.join(missing)}; install them with"
            " pip install 'dinoexplorer[onnx-export]'."
        )


def export_decoder(decoder: nn.Module, codes: FloatArray, name: str, out: Path, values: str = "") -> Exported:
    """Write any decoder, and hold what was written against it at ``codes (n, dim)``; see `export_onnx`.

    ``values`` says what its numbers are, where that is known; else whoever opens the graph looks at some pictures.
    """
    import torch  # noqa: PLC0415  not before the packages are there

    graph = _graph(decoder, codes.shape[1], name, values)
    out.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(out) as file:
        file.write(graph)
    with torch.inference_mode():
        wanted = decoder(torch.from_numpy(codes)).numpy()
    try:
        used, pictures = _run(out, codes)
    except Exception as error:  # noqa: BLE001  each runtime has errors of its own
        out.unlink(missing_ok=True)
        raise GeneratorError(
            f"the graph of {name} does not run with another number of codes than it was written with"
            f" ({_cause(error)}), so it was not kept; 'dinoexplorer convert' keeps it as safetensors."
        ) from None
    if pictures is None:
        return Exported(out, "", 0.0)
    difference = float(np.abs(pictures - wanted).max())
    if not difference <= _ALLOWED:
        out.unlink(missing_ok=True)
        raise GeneratorError(
            f"the graph gives other pictures than {name} (by {difference:.2g} of 1), so it was not kept; report"
            " this file."
        )
    return Exported(out, used, difference)


def _graph(decoder: nn.Module, dim: int, name: str, values: str) -> bytes:
    import torch  # noqa: PLC0415

    several = torch.export.Dim("n")
    try:
        with _quiet():
            program = torch.onnx.export(
                decoder, (torch.zeros(2, dim),), dynamo=True, input_names=["codes"], output_names=["pictures"],
                dynamic_shapes=({0: several},), verbose=False,
            )  # fmt: skip
            model = program.model_proto  # type: ignore[union-attr]
            if values:
                model.metadata_props.add(key=VALUES_KEY, value=values)
            graph: bytes = model.SerializeToString()
    except Exception as error:  # noqa: BLE001  the exporter has errors of a dozen kinds
        raise GeneratorError(
            f"{name} cannot be written as ONNX ({_cause(error)}); 'dinoexplorer convert' keeps it as safetensors."
        ) from None
    return graph


def _cause(error: Exception) -> str:
    """The first line of an error, without the colours that the exporter writes for terminals."""
    return _COLOUR.sub("", str(error)).strip().partition("\n")[0].rstrip(".") or type(error).__name__


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What the exporter says of its own versions is for its authors, and its bars need no thread that outlives them."""
    logger = logging.getLogger("torch.onnx")
    level, interval = logger.level, tqdm.monitor_interval
    logger.setLevel(logging.ERROR)
    tqdm.monitor_interval = 0
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        tqdm.monitor_interval = interval


def _run(path: Path, codes: FloatArray) -> tuple[str, Any]:
    """Which runtime ran the graph, and its pictures; nothing and None where there is none."""
    if importlib.util.find_spec("onnxruntime") is not None:
        import onnxruntime  # noqa: PLC0415  an extra

        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        return "onnxruntime", session.run(None, {"codes": codes})[0]
    if importlib.util.find_spec("openvino") is not None:
        import openvino  # noqa: PLC0415  an extra

        return "OpenVINO", openvino.Core().compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(codes)[
            0
        ]
    return "", None
