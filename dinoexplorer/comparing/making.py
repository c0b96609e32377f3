"""Sheets of many checkpoints, made without a window: one generator is in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dinoexplorer.comparing.captions import Caption, caption_of, step_of
from dinoexplorer.comparing.sheets import Tile, comparison_sheet, table_sheet
from dinoexplorer.comparing.subjects import Subject, code_for, picture_file, why_not
from dinoexplorer.comparing.table import table_of
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator, GeneratorInfo

Open = Callable[[Path], Generator]
Progress = Callable[[int, int], None]
"""Told how many checkpoints are done, and how many there are; it may raise to end the work."""


@dataclass(frozen=True, slots=True)
class Question:
    """What each checkpoint is asked for: places drawn with these seeds, or these picture files brought back."""

    seeds: tuple[int, ...] = ()
    images: tuple[Path, ...] = ()

    @property
    def text(self) -> str:
        """What a person would call it."""
        if self.images:
            return f"Reconstructions of {', '.join(path.name for path in self.images)}"
        return f"Codes drawn with seed{'s' if len(self.seeds) > 1 else ''} {', '.join(map(str, self.seeds))}"


def make_sheet(infos: Sequence[GeneratorInfo], question: Question, open_: Open, progress: Progress) -> ByteArray:
    """Checkpoints beside each other ``(height, width, 3)``.

    The first whose codes have a length draws the codes for all of this length.
    """
    tiles = []
    progress(0, len(infos))
    for number, info in enumerate(infos):
        author = next(other for other in infos if not why_not("code", other, info))
        tiles.append(_tile(info, author, question, open_))
        progress(number + 1, len(infos))
    return comparison_sheet([caption_of(info) for info in infos], tiles, question.text)


def sheet_of_subject(
    subject: Subject, main: Generator, others: Sequence[tuple[Caption, Generator | str]], progress: Progress
) -> ByteArray:
    """What is seen side by side, at the generators' own sizes ``(height, width, 3)``.

    ``main`` decodes the code of the subject; of the others each has its title and is open, or has a sentence that says
    why not. A picture that was chosen stands before them.
    """
    captions, tiles = [caption_of(main.info)], [Tile(tuple(main.decode(subject.code[None])))]
    progress(1, len(others) + 1)
    for number, (caption, other) in enumerate(others):
        captions.append(caption)
        tiles.append(Tile(reason=other) if isinstance(other, str) else _answer(other, subject))
        progress(number + 2, len(others) + 1)
    if subject.chosen:
        captions.insert(0, Caption(subject.original.name, "the picture itself"))
        tiles.insert(0, Tile((subject.original.seen_by(main.info),)))
    return comparison_sheet(captions, tiles)


def _answer(generator: Generator, subject: Subject) -> Tile:
    try:
        return Tile(tuple(generator.decode(code_for(generator, subject)[None])))
    except GeneratorError as error:
        return Tile(reason=str(error))


def make_table(infos: Sequence[GeneratorInfo], question: Question, open_: Open, progress: Progress) -> ByteArray:
    """The lengths of the codes across, the steps down ``(height, width, 3)``.

    The last checkpoint of a column, which knows the space best, draws the codes for its whole column.
    """
    table = table_of(infos)
    tiles: dict[tuple[int, int], Tile] = {}
    progress(0, len(table.cells))
    for place in sorted(table.cells):
        info = table.cells[place]
        fitting = [other for other in table.column(place[1]) if not why_not("code", other, info)]
        tiles[place] = _tile(info, max(fitting, key=lambda other: step_of(other) or -1), question, open_)
        progress(len(tiles), len(table.cells))
    return table_sheet(table.columns, table.rows, tiles, question.text)


def _tile(info: GeneratorInfo, author: GeneratorInfo, question: Question, open_: Open) -> Tile:
    if question.images and not info.encoder:
        return Tile(reason="It has no encoder, so it cannot take a picture.")
    generator = open_(info.path)
    if question.images:
        originals = np.stack([picture_file(path).seen_by(info) for path in question.images])
        codes = generator.encode(originals)
    else:
        codes = drawn(author, question.seeds)
    try:
        return Tile(tuple(generator.decode(codes)))
    except GeneratorError as error:
        return Tile(reason=str(error))


def drawn(info: GeneratorInfo, seeds: Sequence[int]) -> FloatArray:
    """One code for each seed ``(n, dim)``: those of ``dinoexplorer render --seed``."""
    return np.concatenate([info.latent.sample(1, seed) for seed in seeds])
