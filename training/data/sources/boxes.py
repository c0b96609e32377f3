"""Parts of pictures that somebody marked, from the files of the common tools."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any
from xml.parsers import expat

from training.data.sources.source import Box
from training.errors import TrainingError

_YOLO_FIELDS = 5
_NUMBERS = re.compile(rb"\d+( [-+.\deE]+)+")
_LISTED = re.compile(r"names\s*:\s*\[(.*?)\]", re.DOTALL)
_ENTRY = re.compile(r"\s*(?:-|(\d+)\s*:)\s*(.+?)\s*$")


class BoxError(TrainingError):
    """Marks that cannot be read, as one sentence."""


def voc_boxes(text: bytes) -> tuple[Box, ...]:
    """Pascal VOC: one XML file a picture.

    Raises
    ------
    BoxError
        No XML, or XML that declares a document type: entities can grow without end, and VOC has no use for them.
    """
    try:
        _refuse_document_types(text)
        root = ET.fromstring(text)  # noqa: S314  without a document type there are no entities to blow up
        return tuple(_voc_box(marked) for marked in root.iter("object"))
    except (ET.ParseError, expat.ExpatError, ValueError, LookupError) as error:
        raise BoxError(f"it is no Pascal VOC file ({error}); its marks are not used") from error


def coco_boxes(text: bytes) -> Mapping[str, tuple[Box, ...]]:
    """COCO: one JSON file a set; marks by the file name of the picture. Crowds are passed over.

    Raises
    ------
    BoxError
        The file is no COCO file.
    """
    try:
        fields = json.loads(text)
        categories = {one["id"]: str(one["name"]) for one in fields.get("categories", ())}
        files = {one["id"]: str(one["file_name"]).replace("\\", "/") for one in fields["images"]}
        found: dict[str, list[Box]] = {}
        for one in fields["annotations"]:
            if one.get("iscrowd") or "bbox" not in one or one["image_id"] not in files:
                continue
            left, top, width, height = map(float, one["bbox"])
            if width > 0 and height > 0:  # published sets do hold empty ones
                box = _checked(left, top, left + width, top + height, categories.get(one.get("category_id")))
                found.setdefault(files[one["image_id"]], []).append(box)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise BoxError(f"it is no COCO file ({type(error).__name__}: {error}); its marks are not used") from error
    return {name: tuple(boxes) for name, boxes in found.items()}


def yolo_boxes(text: bytes, size: tuple[int, int], classes: Sequence[str] = ()) -> tuple[Box, ...]:
    """YOLO: one text file a picture, a line `class x y width height` a mark, as shares of the picture's `size`.

    Lines with more numbers are outlines; the box is what surrounds them.

    Raises
    ------
    BoxError
        The file is no YOLO file.
    """
    try:
        rows = [line.split() for line in text.decode().splitlines() if line.strip()]
        return tuple(_yolo_box(row, size, classes) for row in rows)
    except (ValueError, LookupError) as error:
        raise BoxError(f"it is no YOLO file ({error}); its marks are not used") from error


def looks_like_yolo(text: bytes) -> bool:
    """Whether a text file beside a picture holds marks and not, say, its caption."""
    rows = [line.split() for line in text.splitlines() if line.strip()]
    return bool(rows) and all(len(row) >= _YOLO_FIELDS and _NUMBERS.fullmatch(b" ".join(row)) for row in rows)


def yolo_classes(text: str) -> tuple[str, ...]:
    """Class names of a YOLO set: `names` of `data.yaml`, or one name a line of `classes.txt`."""
    listed = _LISTED.search(text)
    if listed:
        return tuple(_unquoted(word) for word in listed[1].split(",") if word.strip())
    lines = text.splitlines()
    starts = [place for place, line in enumerate(lines) if re.match(r"names\s*:\s*$", line)]
    if not starts:
        return () if any(re.match(r"(path|train|val|nc)\s*:", line) for line in lines) else _stripped(lines)
    found: dict[int, str] = {}
    for line in lines[starts[0] + 1 :]:
        entry = _ENTRY.match(line)
        if entry is None:
            break
        found[int(entry[1]) if entry[1] else len(found)] = _unquoted(entry[2])
    return tuple(found.get(number, str(number)) for number in range(max(found, default=-1) + 1))


def _refuse_document_types(text: bytes) -> None:
    def refuse(*_declared: object) -> None:
        raise BoxError("it declares a document type, which can hide a trap; its marks are not used")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(text, True)


def _voc_box(marked: ET.Element) -> Box:
    corners = [marked.findtext(f"bndbox/{side}") for side in ("xmin", "ymin", "xmax", "ymax")]
    left, top, right, bottom = (float(corner or "nan") for corner in corners)
    return _checked(left, top, right, bottom, (marked.findtext("name") or "").strip() or None)


def _yolo_box(row: Sequence[str], size: tuple[int, int], classes: Sequence[str]) -> Box:
    number, numbers = int(row[0]), [float(word) for word in row[1:]]
    if len(row) == _YOLO_FIELDS:
        x, y, width, height = numbers
        shares = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    elif len(row) > _YOLO_FIELDS:
        across, down = numbers[0::2], numbers[1::2]
        shares = (min(across), min(down), max(across), max(down))
    else:
        raise ValueError(f"a line has {len(row)} numbers instead of {_YOLO_FIELDS}")
    label = classes[number] if 0 <= number < len(classes) else str(number)
    return _checked(shares[0] * size[0], shares[1] * size[1], shares[2] * size[0], shares[3] * size[1], label)


def _checked(left: float, top: float, right: float, bottom: float, label: str | None) -> Box:
    if not all(map(math.isfinite, (left, top, right, bottom))) or right <= left or bottom <= top:
        raise ValueError(f"a box from {left:g}, {top:g} to {right:g}, {bottom:g} holds nothing")
    return Box(left, top, right, bottom, label)


def _stripped(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines if line.strip())


def _unquoted(word: Any) -> str:
    return str(word).strip().strip("'\"")
