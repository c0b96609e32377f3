"""Files of other programs: a container gives the tensors, a family says what network they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators import choices
from dinoexplorer.generators.blueprint import Blueprint, from_data, to_data
from dinoexplorer.generators.blueprint_building import built as built_from
from dinoexplorer.generators.choices import Choice
from dinoexplorer.generators.containers import Container, all_containers
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.deciding import best_of, how_sure
from dinoexplorer.generators.errors import GeneratorError, shown
from dinoexplorer.generators.families import all_families
from dinoexplorer.generators.fingerprint import fingerprint
from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.generators.reading import CERTAIN, Built, DescriptionNeededError, Reading
from dinoexplorer.generators.reparametrised import worked_in
from dinoexplorer.generators.sniffing import refusal

if TYPE_CHECKING:
    from dinoexplorer.generators.torch_generator import TorchGenerator

DESCRIBED = "layers"
"""The family of what a person described."""
_HEAD = 4096


@dataclass(frozen=True, eq=False, slots=True)
class Read:
    """A file and the way in which it is read. ``sure`` says for a person how sure that is."""

    contents: Contents
    reading: Reading
    sha256: str
    sure: str


class ForeignReader:
    """Opens whatever a container unpacks and a family recognises."""

    title = "checkpoint of another program"

    def recognises(self, head: bytes, path: Path) -> bool:
        return _container(head, path) is not None

    def read_info(self, path: Path) -> GeneratorInfo:
        found = read(path)
        return _info(found, found.reading.build())

    def open(self, path: Path, device: str) -> TorchGenerator:
        from torch import nn  # noqa: PLC0415  not before the first window

        from dinoexplorer.generators.torch_generator import TorchGenerator  # noqa: PLC0415  imports torch

        found = read(path)
        built = found.reading.build()
        encoder = built.encoder
        if isinstance(encoder, nn.Module):
            encoder = encoder.to(device)
        return TorchGenerator(_info(found, built), built.decoder, encoder, device)


READER = ForeignReader()


def read(path: Path) -> Read:
    """Unpack a file and find how it is read: as was chosen before, else in the best way, which is kept.

    Raises
    ------
    ChoiceNeededError
        No way is clearly the best.
    DescriptionNeededError
        There is no way at all.
    GeneratorError
        It cannot be unpacked.
    """
    contents, sha256 = unpacked(path), fingerprint(path)
    kept = choices.recall(sha256)
    if kept is not None and (reading := _remembered(contents, kept)) is not None:
        return Read(contents, reading, sha256, kept.sure)
    found = readings(contents)
    if not found:
        raise DescriptionNeededError(not_recognised(contents))
    best = best_of(found, contents)
    sure = how_sure(found, best)
    choices.keep(sha256, _choice(best, "best", sure))
    return Read(contents, best, sha256, sure)


def choose(path: Path, reading: Reading) -> None:
    """Read this file in this way from now on."""
    choices.keep(fingerprint(path), _choice(reading, "chosen", "chosen by you"))


def choose_description(path: Path, blueprint: Blueprint) -> None:
    """Read this file as the layers that a person wrote down, from now on."""
    choice = Choice(how="described", family=DESCRIBED, sure="described by you", description=to_data(blueprint))
    choices.keep(fingerprint(path), choice)


def choose_again(path: Path) -> None:
    """Forget what was chosen for this file."""
    choices.forget(fingerprint(path))


def kept_description(path: Path) -> Mapping[str, Any] | None:
    """The layers as which this file was read last, where they are a row."""
    kept = choices.recall(fingerprint(path))
    return None if kept is None else kept.description


def place_of_kept(path: Path, found: Sequence[Reading]) -> int:
    """Which of the readings this file was read with last; the first where it was none of them."""
    kept = choices.recall(fingerprint(path))
    if kept is None:
        return 0
    told = [_choice(one, kept.how, kept.sure).model_dump(mode="json") for one in found]
    wanted = kept.model_dump(mode="json")
    return told.index(wanted) if wanted in told else 0


def readings(contents: Contents) -> list[Reading]:
    """The ways in which any family reads the tensors, best first; where one is certain, no other is asked."""
    found: list[Reading] = []
    for family in all_families():
        found += family.readings(contents)
        if any(reading.score >= CERTAIN for reading in found):
            break
    return sorted(found, key=lambda reading: -reading.score)


def unpacked(path: Path) -> Contents:
    """What is in a file, by its bytes. Raises `GeneratorError` where no kind of file fits, or it is damaged."""
    head = b""
    if not path.is_dir():
        with path.open("rb") as file:
            head = file.read(_HEAD)
    container = _container(head, path)
    if container is None:
        raise GeneratorError(refusal(path, head))
    contents = container.unpack(path)
    return replace(contents, tensors=worked_in(contents.tensors))


def not_recognised(contents: Contents) -> str:
    """What was found in a file, what is near to it, and two ways on."""
    broken = _without_numbers(contents)
    if broken:
        return (
            f"{contents.path.name} is a {contents.format} whose tensor {shown(broken)} holds values that are not"
            " numbers; the file is damaged or training diverged: copy it again, or open an earlier checkpoint."
        )
    near = [f"{family.title}: {missing}" for family in all_families() if (missing := family.missing(contents))]
    close = f" The nearest family is {near[0]}." if near else ""
    return (
        f"{contents.path.name} is a {contents.format} of {_counted(contents)} that no known family of image generators"
        f" has.{close} Describe its layers in a few lines, or convert it to ONNX."
    )


def _counted(contents: Contents) -> str:
    names = list(contents.tensors)
    if len(names) == 1:
        return f"one tensor ({shown(names[0])})"
    return f"{len(names)} tensors (from {shown(names[0])} to {shown(names[-1])})"


def _without_numbers(contents: Contents) -> str:
    """The first tensor with a value that is infinite or not a number, or an empty string."""
    for name, tensor in contents.tensors.items():
        if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
            return name
    return ""


def _remembered(contents: Contents, kept: Choice) -> Reading | None:
    """The reading that was kept; None where the families do not propose it any more."""
    if kept.description is not None:
        blueprint = from_data(kept.description)
        build = partial(built_from, blueprint, contents.tensors)
        return Reading(kept.family, kept.title, CERTAIN, build, kept.description)
    for family in all_families():
        for reading in family.readings(contents):
            if (reading.family, reading.title) == (kept.family, kept.title):
                return reading
    return None


def _choice(reading: Reading, how: choices.How, sure: str) -> Choice:
    described = None if reading.description is None else dict(reading.description)
    return Choice(how=how, family=reading.family, title=reading.title, sure=sure, description=described)


def _container(head: bytes, path: Path) -> Container | None:
    return next((container for container in all_containers() if container.recognises(head, path)), None)


def _info(found: Read, built: Built) -> GeneratorInfo:
    contents = found.contents
    reading = "; ".join(filter(None, (found.reading.title, found.sure)))
    return GeneratorInfo(
        contents.path, contents.format, found.reading.family, built.latent, built.image_size, built.channels,
        built.classes, contents.parameters, built.encoder is not None, found.sha256, reading=reading,
    )  # fmt: skip
