"""The table of a study: the lengths of the codes across, the steps of the training down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dinoexplorer.comparing.captions import Caption, epoch_text, name_of, step_of
from dinoexplorer.generators.generator import GeneratorInfo

_UNKNOWN = -1


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Checkpoints by step and by the length of their codes.

    Attributes
    ----------
    columns
        One for each length and run, the shortest first: "z 2" and the run's name.
    rows
        One for each step, the earliest first: "step 500" and its epoch where all agree on it.
    cells
        By row and column; places without a checkpoint are left out.
    """

    columns: tuple[Caption, ...]
    rows: tuple[Caption, ...]
    cells: Mapping[tuple[int, int], GeneratorInfo]

    def column(self, number: int) -> tuple[GeneratorInfo, ...]:
        """The checkpoints of a column, the earliest first."""
        return tuple(self.cells[place] for place in sorted(self.cells) if place[1] == number)


def table_of(infos: Iterable[GeneratorInfo]) -> Table:
    """Lay checkpoints out; of several at the same place the one that was named first stays."""
    steps: dict[int, None] = {}
    keys: dict[tuple[int, str], None] = {}
    found: dict[tuple[int, tuple[int, str]], GeneratorInfo] = {}
    for info in infos:
        step, key = _row(info), (info.latent.dim, name_of(info.path))
        steps[step], keys[key] = None, None
        found.setdefault((step, key), info)
    ordered = sorted(steps, key=lambda step: (step == _UNKNOWN, step))
    across = sorted(keys, key=lambda key: key[0])  # stable: runs with codes of one length stay as they were named
    cells = {(ordered.index(step), across.index(key)): info for (step, key), info in found.items()}
    rows = tuple(_row_caption(step, [info for (at, _), info in found.items() if at == step]) for step in ordered)
    return Table(tuple(Caption(f"z {dim}", name) for dim, name in across), rows, cells)


def _row(info: GeneratorInfo) -> int:
    step = step_of(info)
    return _UNKNOWN if step is None else step


def _row_caption(step: int, infos: Sequence[GeneratorInfo]) -> Caption:
    epochs = {epoch_text(info) for info in infos}
    title = "step unknown" if step == _UNKNOWN else f"step {step:,}"
    return Caption(title, epochs.pop() if len(epochs) == 1 else "")
