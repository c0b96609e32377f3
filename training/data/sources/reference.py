"""The four public sets that the reference project, This Dinosaur Does Not Exist, was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from training.data.images import Progress, Skipped
from training.data.sources.kaggle import open_kaggle
from training.data.sources.kind import SourceKind, need_network
from training.data.sources.source import Item, Source, SourceError
from training.data.workshop.preparation import Preparation

NAME = "reference-dinosaurs"
HANDLES = (
    "larserikrisholm/dinosaur-image-dataset-15-species",
    "cmglonly/simple-dinosurus-dataset",
    "antaresl/jurassic-park-dinosaurs-dataset",
    "caokhoihuynh/jurassic-world-dinosaur",
)
"""On kaggle.com: 2,448, 200, 4,364 and 5,835 pictures when the project took them, 6 GB."""


class MergedSource:
    """Several sources under one name; one that cannot be used is left out while another can."""

    def __init__(self, text: str, parts: Sequence[tuple[str, Source]]) -> None:
        self.name = text
        self._parts = parts

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`; the names begin with the name of the part."""
        refused: SourceError | None = None
        usable = False
        for prefix, part in self._parts:
            try:
                for one in part.items(progress):
                    usable = True
                    name = f"{prefix}/{one.name}"
                    yield (
                        replace(one, name=name, source=self.name) if isinstance(one, Item) else replace(one, name=name)
                    )
            except SourceError as error:
                refused = refused or error
                yield Skipped(prefix, str(error))
        if refused is not None and not usable:
            raise refused

    def close(self) -> None:
        """Close every part."""
        for _, part in self._parts:
            part.close()


def _open(text: str, preparation: Preparation) -> MergedSource:
    need_network(text, preparation)
    return MergedSource(text, [(handle, open_kaggle(text, handle)) for handle in HANDLES])


KIND = SourceKind(
    "reference dinosaurs",
    "The four sets of dinosaurs on kaggle.com that the reference project used, 6 GB",
    NAME,
    lambda text: text == NAME,
    _open,
    extra="kaggle",
    network=True,
)
