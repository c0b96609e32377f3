"""What was found strange, as a table for other programs and as a sheet to look at."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from dinoexplorer.comparing.captions import Caption
from dinoexplorer.comparing.sheets import Tile, table_sheet
from dinoexplorer.generators.generator import ByteArray, GeneratorInfo
from dinoexplorer.latent.anomaly.heat import painted
from dinoexplorer.latent.anomaly.judging import Verdict
from dinoexplorer.latent.anomaly.strangeness import SCORES, Strangeness, percent

VERSION = 1
SHOWN = 24
"""Pictures on a sheet at most: those that are the strangest."""
_COLUMNS = (Caption("picture"), Caption("as it is known"), Caption("where it is strange"))


Row = tuple[str, Strangeness]
"""What a picture is called, and how strange it is."""


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """A picture for the sheet; ``image (size, size, 3)`` is as the model sees it."""

    name: str
    image: ByteArray
    verdict: Verdict


def by_strangeness(rows: Sequence[Row]) -> list[Row]:
    """The strangest first; equals in the order in which they came."""
    return sorted(rows, key=lambda row: -row[1].value)


def strangest(shown: Sequence[Shown]) -> list[Shown]:
    """Those that come on the sheet, the strangest first."""
    return sorted(shown, key=lambda one: -one.verdict.strangeness.value)[:SHOWN]


def as_csv(rows: Sequence[Row], marks: Mapping[str, str] | None = None) -> str:
    """A table in the given order; shares are those of held-out pictures that are less strange, 0 to 1.

    With ``marks``, what a person called a picture, there is a column for them.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(
        ["place", "picture", "strangeness", "stranger_than", *SCORES, *(["marked"] if marks is not None else [])]
    )
    for place, (name, found) in enumerate(rows, 1):
        shares = (found.stranger_than, *(found.shares[score] for score in SCORES))
        mark = [marks.get(name, "")] if marks is not None else []
        table.writerow([place, name, f"{found.value:.4f}", *(f"{share:.4f}" for share in shares), *mark])
    return text.getvalue()


def as_json(rows: Sequence[Row], info: GeneratorInfo, held_out: int, unreadable: Sequence[tuple[str, str]] = ()) -> str:
    """The same with where it comes from, and what could not be read and why."""
    content = {
        "format": "dinoexplorer.anomaly",
        "version": VERSION,
        "checkpoint": {"name": info.path.name, "sha256": info.sha256},
        "held_out": held_out,
        "pictures": [
            {
                "picture": name,
                "strangeness": round(found.value, 4),
                "stranger_than": round(found.stranger_than, 4),
                "shares": {score: round(share, 4) for score, share in found.shares.items()},
            }
            for name, found in rows
        ],
        "unreadable": [{"picture": name, "reason": reason} for name, reason in unreadable],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def sheet(shown: Sequence[Shown]) -> ByteArray:
    """Pictures, what the model knows of each, and where the two differ more than is usual."""
    rows = [Caption(PurePath(one.name).name, percent(one.verdict.strangeness.stranger_than)) for one in shown]
    tiles: dict[tuple[int, int], Tile] = {}
    for row, one in enumerate(shown):
        pictures = (one.image, one.verdict.rebuilt, painted(one.image, one.verdict.heat))
        tiles |= {(row, column): Tile((picture,)) for column, picture in enumerate(pictures)}
    return table_sheet(_COLUMNS, rows, tiles, "The share of held-out pictures that are less strange")
