"""What there is to be exported: the timeline of the document, with the model that is open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.morph.export.making import Material, begun_at
from dinoexplorer.morph.reel import MOST_FILMS
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline_json import from_json, rate_of

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


@dataclass(frozen=True, eq=False)
class Offer:
    """What can be exported.

    Attributes
    ----------
    material : Material or None
    pins : tuple of codes (dim,)
        From which the same motion may begin, to be shown side by side.
    fps : int or None
        Frames a second of the preview, where the document says them.
    sound : Path or None
        What lies under the film, where it is still there.
    why_not : str
        Where there is no material: why, and what to do.
    """

    material: Material | None
    pins: tuple[FloatArray, ...] = ()
    why_not: str = ""
    fps: int | None = None
    sound: Path | None = None


def offer_of(explorer: Explorer) -> Offer:
    """What can be exported as things stand."""
    opened, document = explorer.opened, explorer.document
    if opened is None or document is None:
        return Offer(None, why_not="No model is open; open one first.")
    if document.timeline is None:
        return Offer(None, why_not="There is no morph yet; add keyframes to the timeline first.")
    try:
        timeline = from_json(document.timeline)
    except GeneratorError as error:
        return Offer(None, why_not=str(error))
    from dinoexplorer.document.films import film_note  # noqa: PLC0415  pydantic models, which only a film needs

    info = opened.generator.info
    material = Material(
        info.name, opened.generator, Surroundings(info, opened.latent_map), (timeline,),
        partial(film_note, info, document.standing),
    )  # fmt: skip
    pins = tuple(pin.latent for pin in document.standing.pins[:MOST_FILMS])
    sound = None if timeline.music is None or not timeline.music.path else Path(timeline.music.path)
    return Offer(
        material, pins if info.latent.dim == timeline.dim else (), fps=rate_of(document.timeline),
        sound=sound if sound is not None and sound.is_file() else None,
    )  # fmt: skip


def from_every_pin(offer: Offer) -> Material | None:
    """The same motion once from each pin, side by side."""
    material = offer.material
    if material is None or not offer.pins:
        return None
    return replace(material, timelines=tuple(begun_at(material.timelines[0], pin) for pin in offer.pins))
