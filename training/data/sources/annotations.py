"""Which file of a source marks parts of which picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from training.data.sources.boxes import BoxError, coco_boxes, looks_like_yolo, voc_boxes, yolo_boxes, yolo_classes
from training.data.sources.names import is_picture_name, suffix_of
from training.data.sources.source import Box

_FOLDERS_OF_MARKS = {"annotation", "annotations", "label", "labels", "xmls", "bboxes"}
_TELLING_NOTHING = _FOLDERS_OF_MARKS | {"image", "images", "img", "imgs", "jpegimages"}
_CLASS_FILES = {"classes.txt", "obj.names", "data.yaml", "dataset.yaml"}
_LARGEST = 4 * 2**20
_LARGEST_COCO = 256 * 2**20

Read = Callable[[str, int], bytes]
"""Reads at most so many bytes of a file by its name."""


class Annotations:
    """Marks of the pictures of a source, found by the layouts of Pascal VOC, Stanford Dogs, COCO and YOLO.

    A file belongs to a picture when both have the same stem and the same folders, words such as `images` and `labels`
    not counted: `Images/dog/x.jpg` and `Annotation/dog/x`, `train/images/x.jpg` and `train/labels/x.txt`.
    """

    def __init__(self, names: Sequence[str], read: Read) -> None:
        self._read = read
        self._files: dict[str, str] = {}
        self._coco: dict[str, tuple[str, tuple[Box, ...]]] = {}
        self._classes: tuple[str, ...] = ()
        self.used: set[str] = set()
        """Names of files that are marks, and no pictures."""
        self.refused: dict[str, str] = {}
        """Files of marks that cannot be used, and why."""
        self._find(names)

    def file_of(self, name: str) -> str | None:
        """The file that marks parts of a picture, if there is one."""
        file = self._files.get(_key(name))
        return file if file is not None else self._in_coco(name)[0] or None

    def boxes(self, name: str, size: Callable[[], tuple[int, int]]) -> tuple[Box, ...]:
        """Marked parts of a picture; `size` tells its width and height, and is called only where that is needed.

        Raises
        ------
        BoxError
            Its marks cannot be read.
        """
        file = self._files.get(_key(name))
        if file is None:
            return self._in_coco(name)[1]
        text = self._text(file, _LARGEST)
        if suffix_of(file) == ".txt":
            return yolo_boxes(text, size(), self._classes) if looks_like_yolo(text) else ()
        return voc_boxes(text)

    def _find(self, names: Sequence[str]) -> None:
        marks = [name for name in names if _may_mark(name)]
        pictures = {_key(name) for name in names if is_picture_name(name)} if marks else set()
        for name in sorted(marks, key=lambda name: (suffix_of(name) == ".txt", name)):
            if _key(name) in pictures:  # where both are there, VOC goes before a text, which may be a mere caption
                self._files.setdefault(_key(name), name)
                self.used.add(name)
        for name in names:
            if suffix_of(name) == ".json":
                self._take_coco(name)
            elif name.rpartition("/")[2].casefold() in _CLASS_FILES:
                self._take_classes(name)

    def _take_classes(self, name: str) -> None:
        if any(suffix_of(file) == ".txt" for file in self._files.values()):
            self.used.add(name)
            with suppress(BoxError):
                self._classes = self._classes or yolo_classes(self._text(name, _LARGEST).decode("utf-8", "replace"))

    def _take_coco(self, name: str) -> None:
        try:
            text = self._text(name, _LARGEST_COCO)
            if b'"annotations"' in text and b'"images"' in text:
                self.used.add(name)
                self._coco |= {_bare(file): (name, boxes) for file, boxes in coco_boxes(text).items()}
        except BoxError as error:
            self.used.add(name)
            self.refused[name] = str(error)

    def _in_coco(self, name: str) -> tuple[str, tuple[Box, ...]]:
        """COCO names files below a folder that it does not tell: the longest end of the name that it knows."""
        parts = _bare(name).split("/")
        for start in range(len(parts) if self._coco else 0):
            found = self._coco.get("/".join(parts[start:]))
            if found is not None:
                return found
        return "", ()

    def _text(self, name: str, largest: int) -> bytes:
        try:
            text = self._read(name, largest + 1)
        except (OSError, ValueError) as error:
            raise BoxError(f"it cannot be read ({error}); its marks are not used") from error
        if len(text) > largest:
            raise BoxError(f"it is larger than {largest >> 20} MB; its marks are not used")
        return text


def _may_mark(name: str) -> bool:
    suffix = suffix_of(name)
    if suffix in {".xml", ".txt"}:
        return name.rpartition("/")[2].casefold() not in _CLASS_FILES
    return not suffix and any(part.casefold() in _FOLDERS_OF_MARKS for part in name.split("/")[:-1])


def _key(name: str) -> str:
    """Folders and stem, without the words that tell pictures from marks."""
    *folders, last = name.split("/")
    stem = last.removesuffix(last[-len(suffix) :]) if (suffix := suffix_of(last)) else last
    return "/".join([*(folder for folder in folders if folder.casefold() not in _TELLING_NOTHING), stem])


def _bare(name: str) -> str:
    return "/".join(
        part for part in name.split("/") if part not in {"", "."} and part.casefold() not in _TELLING_NOTHING
    )
