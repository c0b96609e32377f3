"""What a document file holds, part by part, as it is written: version 1.

Every part keeps the keys that it does not know, so that they are there again when it is written back.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dinoexplorer.document.standing import LARGEST_TRUNCATION

VERSION = 1

Number = Annotated[float, Field(allow_inf_nan=False)]
Numbers = list[Number]
FromZero = Annotated[int, Field(ge=0)]
Share = Annotated[Number, Field(ge=0, le=1)]


class Part(BaseModel):
    """One object of the file; only what was set is written."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    @property
    def unknown(self) -> dict[str, Any]:
        """The keys that this version does not know."""
        return dict(self.model_extra or {})


class CheckpointReference(Part):
    """Which checkpoint a document is about.

    ``path`` is relative to the document's folder where that is possible, with forward slashes; ``absolute``, where the
    file lay, is written by autosaves alone; ``size`` in bytes. All but the hash are hints where to look.
    """

    path: str = ""
    absolute: str = ""
    name: str = ""
    sha256: str = ""
    size: FromZero | None = None


class LatentRecipe(Part):
    """One code: ``values``, or what ``seed`` draws with single dimensions (counted from 0) set to ``edits``.

    Where both are there the values count, since another version of NumPy or of the checkpoint may draw differently;
    the seed then says how the code came about.
    """

    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    truncation: Number = 1.0
    edits: dict[str, Number] = Field(default_factory=dict)
    values: Numbers | None = None


class PinPart(Part):
    key: int | None = None
    name: str = ""
    latent: Numbers


class DirectionPart(Part):
    key: int | None = None
    name: str = ""
    vector: Numbers
    unit: Number = 1.0
    how: str = ""
    space: str = "z"
    layers: Annotated[list[FromZero], Field(min_length=2, max_length=2)] | None = None
    share: Share | None = None
    accuracy: Share | None = None


class SpacePart(Part):
    truncation: Annotated[Number, Field(ge=0, le=LARGEST_TRUNCATION)] = 1.0


class MapView(Part):
    """Which part of the map is shown: its middle, how many pixels a unit has, and the projection's name.

    ``home`` says that it was the whole map, whatever the size of the window.
    """

    x: Number
    y: Number
    scale: Annotated[Number, Field(gt=0)]
    method: str = ""
    home: bool = False


class AutosaveNote(Part):
    """What only an autosave says: which file the document had, if any, and how many steps had been taken."""

    document: str = ""
    steps: FromZero = 0


class DocumentParts(Part):
    """The whole file. ``locked`` are dimensions, counted from 0."""

    version: int
    checkpoint: CheckpointReference
    latent: LatentRecipe
    locked: list[FromZero] = Field(default_factory=list)
    pins: list[PinPart] = Field(default_factory=list)
    directions: list[DirectionPart] = Field(default_factory=list)
    space: SpacePart = Field(default_factory=SpacePart)
    timeline: Any = None
    map: MapView | None = None
    autosave: AutosaveNote | None = None
