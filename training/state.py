"""`state.pt`: everything a resumed run needs and a checkpoint must not hold. The only file that knows its layout."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from training.errors import TrainingError
from training.files import replace_file
from training.session import Session

VERSION = 2
_COUNTERS = ("step", "images_seen", "seconds", "best_loss", "stale", "parts", "rate_scale", "retries", "due")
_MODEL_KEYS = {"family", "image", "latent", "model"}
_UNREADABLE = (
    OSError, RuntimeError, LookupError, ValueError, EOFError, TypeError, AttributeError, pickle.UnpicklingError,
)  # fmt: skip
"""What `torch.load` and `load_state_dict` raise on damaged files."""


def save_state(session: Session, path: Path) -> None:
    """Write atomically. The random numbers of a step depend on the seed and its number alone: no state of theirs."""
    state = {
        "version": VERSION,
        **{name: getattr(session, name) for name in _COUNTERS},
        "built": session.config.model_dump(mode="json", include=_MODEL_KEYS),
        "last_metrics": session.last_metrics,
        "fingerprint": session.images.fingerprint,
        "model": session.model.state_dict(),
        "ema": session.ema.state_dict(),
        "optimizers": {phase.name: phase.state_dict() for phase in session.phases},
        "scaler": session.scaler.state_dict(),
        "objective": session.objective.state_dict(),
    }
    with replace_file(path) as file:
        torch.save(state, file)


def load_state(session: Session, path: Path, data: bytes) -> None:
    """Go on where `save_state` was called; `data` is what the file `path` holds.

    Raises
    ------
    TrainingError
        The file is damaged, belongs to another model, or the pictures have changed since.
    """
    try:
        state = torch.load(io.BytesIO(data), map_location=session.device, weights_only=True)
        _check(session, path, state)
        session.model.load_state_dict(state["model"])
        session.ema.load_state_dict(state["ema"])
        for phase in session.phases:
            phase.load_state_dict(state["optimizers"][phase.name])
        session.scaler.load_state_dict(state["scaler"])
        session.objective.load_state_dict(state["objective"])
        session.last_metrics = dict(state["last_metrics"])
        for name in _COUNTERS:
            setattr(session, name, state[name])
    except _UNREADABLE as error:
        text = str(error).partition("\n")[0]
        raise TrainingError(f"cannot resume from {path}: it is damaged or of another model ({text})") from error


def read_weights(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The model's weights, those that no checkpoint holds included, and the averaged ones, on the CPU.

    Raises
    ------
    TrainingError
        The file is damaged or of another version.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["version"] != VERSION:
            raise TrainingError(f"{path} was written by another version of this program")
        return dict(state["model"]), dict(state["ema"])
    except _UNREADABLE as error:
        raise TrainingError(f"cannot read {path}: it is damaged") from error


def _check(session: Session, path: Path, state: dict[str, Any]) -> None:
    if state.get("version") != VERSION:
        raise TrainingError(
            f"{path} was written by another version of this program, which cannot go on with it; its checkpoints still"
            " open, and 'dinotrain fit' starts a new run"
        )
    if state["fingerprint"] != session.images.fingerprint:
        raise TrainingError(
            f"the pictures of {session.config.data.source} are not those this run began with; put them back, or start"
            " a new run with 'dinotrain fit'"
        )
    built, wanted = _flat(state["built"]), _flat(session.config.model_dump(mode="json", include=_MODEL_KEYS))
    for key in sorted(built.keys() | wanted.keys()):
        if built.get(key) != wanted.get(key):
            raise TrainingError(
                f"this run was begun with {key} = {built.get(key)!r}, but its config.toml now says"
                f" {wanted.get(key)!r}, which is another model; put it back, or start a new run with 'dinotrain fit'"
            )


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return flat
