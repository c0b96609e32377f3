"""TensorBoard event files beside the metrics, for those who watch their runs there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.config import ConfigError


class EventWriter:
    """Writes every number of a record as a scalar. Needs the optional package `tensorboard`."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    @classmethod
    def open(cls, folder: Path) -> EventWriter:
        """Write below `folder`.

        Raises
        ------
        ConfigError
            The package is not there.
        """
        try:
            from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415  optional, and slow to import
        except ImportError as error:
            raise ConfigError(
                "log.tensorboard needs the package tensorboard: pip install 'dinoexplorer[tensorboard]', or set it to"
                " false"
            ) from error
        return cls(SummaryWriter(str(folder)))

    def add(self, record: Mapping[str, Any]) -> None:
        """One record of the metrics; lists are left out."""
        for name, value in record.items():
            if name != "step" and isinstance(value, int | float):
                self._writer.add_scalar(name, value, record["step"])

    def close(self) -> None:
        """Write what is left and end its thread."""
        self._writer.close()
