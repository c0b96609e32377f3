"""``dinoexplorer restore``: damaged pictures through an autoencoder, with before and after. No Qt here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from dinoexplorer.comparing.captions import Caption
from dinoexplorer.comparing.sheets import Tile, table_sheet
from dinoexplorer.generators import Generator, GeneratorError
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.restoration.restoring import purpose, restored
from dinoexplorer.picture_arguments import picture_files, whole_picture
from dinoexplorer.picture_copies import free_places
from dinoexplorer.picture_files import save_png
from dinoexplorer.progress_bars import progress_bar
from training.data.pixels.decoding import PictureError

_SHOWN, _SIDE = 12, 384  # pictures on the sheet, and pixels of each at most
_SHEET = "before-after.png"


def restore(options: argparse.Namespace, generator: Generator) -> int:
    """Restore the pictures that were named and return the exit code."""
    trained_for = purpose(generator.info)
    print(trained_for.text)
    if options.out.exists() and not options.out.is_dir():
        raise GeneratorError(f"--out {options.out} is a file; name a folder for the pictures.")
    files = picture_files(options.images)
    pairs: list[tuple[str, ByteArray, ByteArray]] = []
    unreadable = 0
    with progress_bar("restoring") as progress:
        for number, (path, place) in enumerate(zip(files, free_places(files, options.out, ".png"), strict=True)):
            progress(number, len(files))
            try:
                before = whole_picture(path)
            except PictureError as error:
                print(f"left out {path}: {error}", file=sys.stderr)
                unreadable += 1
                continue
            after = restored(generator, before, "whole" if options.whole else "tiles")
            save_png(place, after)
            if len(pairs) < _SHOWN:
                pairs.append((path.name, _square(before), _square(after)))
    if unreadable == len(files):
        raise GeneratorError("None of the pictures could be read; the lines above say why.")
    save_png(next(free_places([Path(_SHEET)], options.out)), _sheet(pairs))
    print(f"{len(files) - unreadable} pictures saved in {options.out}")
    return 0


def _sheet(pairs: list[tuple[str, ByteArray, ByteArray]]) -> ByteArray:
    tiles: dict[tuple[int, int], Tile] = {}
    for row, (_, before, after) in enumerate(pairs):
        tiles |= {(row, 0): Tile((before,)), (row, 1): Tile((after,))}
    return table_sheet((Caption("before"), Caption("after")), [Caption(name) for name, *_ in pairs], tiles)


def _square(picture: ByteArray) -> ByteArray:
    """A picture on a white square, at most so large as one of the sheet."""
    scale = min(1.0, _SIDE / max(picture.shape[:2]))
    height, width = (max(round(length * scale), 1) for length in picture.shape[:2])
    small = np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS))
    side = max(height, width)
    square = np.full((side, side, 3), 255, np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = small
    return square
