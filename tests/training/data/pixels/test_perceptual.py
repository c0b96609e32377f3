import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.images import open_images
from training.data.pixels.perceptual import SIDE, hash_words, perceptual_hash
from training.data.workshop.making import make_pictures
from training.data.workshop.preparation import Preparation

ASKED = Preparation((), Path(), size=64)


def _hash(picture: Image.Image, kind: str = "PNG", **options: object) -> np.ndarray:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return hash_words([make_pictures(file.getvalue(), ASKED, name="a")[0].perceptual])[0]


def _differing(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.bitwise_count(one ^ other).sum())


def test_bits_are_the_signs_of_low_frequencies_about_their_median() -> None:
    grey = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), dtype=np.uint8)
    place = np.arange(SIDE)
    found = []
    for down in range(1, 17):
        for across in range(1, 17):
            wave = np.outer(np.cos(np.pi * (place + 0.5) * down / SIDE), np.cos(np.pi * (place + 0.5) * across / SIDE))
            found.append((wave * grey).sum())
    bits = "".join("1" if value > np.median(found) else "0" for value in found)
    assert perceptual_hash(grey) == f"{int(bits, 2):064x}"


def test_a_plain_picture_hashes_to_nothing() -> None:
    for level in (0, 77, 255):
        assert perceptual_hash(np.full((SIDE, SIDE), level, np.uint8)) == "0" * 64


def test_hashes_as_words() -> None:
    words = hash_words(["0" * 63 + "1", "8" + "0" * 63])
    assert words.dtype == np.uint64
    assert words.tolist() == [[0, 0, 0, 1], [2**63, 0, 0, 0]]
    assert hash_words([]).shape == (0, 4)
    with pytest.raises(ValueError, match=r"^a perceptual hash has 64 hex digits; prepare the dataset again$"):
        hash_words(["00" * 31])


def test_copies_are_near_and_other_pictures_far() -> None:
    drawings = [Image.fromarray(one) for one in open_images("builtin:dinosaurs", size=256, count=12).images]
    hashes = [_hash(drawing) for drawing in drawings]
    for drawing, own in zip(drawings, hashes, strict=True):
        copies = [
            _hash(drawing, "JPEG", quality=50),
            _hash(drawing.resize((150, 150), Image.Resampling.BICUBIC)),
            _hash(drawing.resize((400, 400))),
            _hash(Image.eval(drawing, lambda level: round(level * 0.85 + 12))),
        ]
        assert max(_differing(own, copy) for copy in copies) <= 16
        assert sum(_differing(own, other) <= 16 for other in hashes) == 1


def test_a_detail_that_64_bits_do_not_see_makes_another_picture() -> None:
    smile, frown = (Image.new("L", (256, 256), 255) for _ in range(2))
    from PIL import ImageDraw

    for picture, mouth in ((smile, (20, 160)), (frown, (200, 340))):
        pen = ImageDraw.Draw(picture)
        pen.ellipse((60, 40, 200, 180), outline=0, width=4)
        pen.line((90, 175, 60, 250), fill=0, width=4)
        pen.arc((100, 100, 160, 150), *mouth, fill=0, width=4)
    assert _differing(_hash(smile), _hash(frown)) > 16
