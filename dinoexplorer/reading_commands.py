"""The subcommands that say how a file of another program is read, and write it anew: describe, convert, export."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from dinoexplorer.generators.checking import parsed
from dinoexplorer.generators.converting import convert
from dinoexplorer.generators.deciding import told
from dinoexplorer.generators.describing import described
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.onnx_export import Exported, check_packages, export_decoder, export_onnx
from dinoexplorer.generators.opening import reader_for
from dinoexplorer.generators.readers import foreign
from dinoexplorer.generators.reading import Reading
from dinoexplorer.generators.trusted_class import trusted_decoder
from training.files import replace_text


def decide(options: argparse.Namespace) -> None:
    """Keep how the file is to be read, where ``--reading`` or ``--describe`` says it."""
    path, number, description = options.checkpoint, options.reading, options.describe
    if number is None and description is None:
        return
    _check_foreign(path, "--reading" if description is None else "--describe")
    if description is not None:
        blueprint = parsed(_text_of(description))
        foreign.choose_description(path, blueprint)
    elif number == 0:
        foreign.choose_again(path)
    else:
        found = _readings(path)
        if number > len(found):
            ways = "one way" if len(found) == 1 else f"{len(found)} ways"
            raise GeneratorError(
                f"{path.name} can be read in {ways}, so there is no reading {number};"
                f" 'dinoexplorer describe {path.name} --readings' lists them."
            )
        foreign.choose(path, found[number - 1])


def describe(options: argparse.Namespace) -> int:
    """Print how a file is read as TOML, to be edited and given to ``--describe``; or list the ways to read it."""
    _check_foreign(options.checkpoint, "describe")
    if options.readings:
        for number, reading in enumerate(_readings(options.checkpoint), 1):
            print(f"{number:>3}  {told(reading)}, agrees to {reading.score:.1%}")
        return 0
    text = _description(options.checkpoint)
    if options.out is None:
        print(text, end="")
    else:
        try:
            replace_text(options.out, text)
        except OSError as error:
            raise GeneratorError(
                f"{options.out} could not be written: {error.strerror}; choose another place."
            ) from None
        print(f"saved {options.out}")
    return 0


def write_converted(options: argparse.Namespace) -> int:
    """Write a checkpoint of another program as ours."""
    done = convert(options.checkpoint, options.out)
    kind = "a checkpoint of this program" if done.native else "its own tensors, recognised as before"
    print(f"saved {done.path}: {kind}; its pictures are the same")
    return 0


def write_exported(options: argparse.Namespace) -> int:
    """Write a checkpoint as an ONNX graph; with ``--trust`` one of a class that the user names."""
    done = export_onnx(options.checkpoint, options.onnx) if options.trust is None else _exported_by_trust(options)
    print(f"saved {done.path}")
    if done.checked_with:
        print(f"checked with {done.checked_with}: the same pictures to {done.difference:.1g} of 1")
    else:
        print("not checked, since neither onnxruntime nor OpenVINO is installed here", file=sys.stderr)
    return 0


def _exported_by_trust(options: argparse.Namespace) -> Exported:
    check_packages()
    if options.latent is None:
        raise GeneratorError("--trust goes with --latent, the length of a code, such as --latent 100.")
    decoder = trusted_decoder(options.checkpoint, options.trust, options.arguments, options.latent)
    codes = np.random.default_rng(0).standard_normal((4, options.latent)).astype(np.float32)
    return export_decoder(decoder, codes, options.checkpoint.name, options.onnx)


def _check_foreign(path: Path, what: str) -> None:
    if not isinstance(reader_for(path), foreign.ForeignReader):
        raise GeneratorError(f"{path.name} says itself how it is read, so {what} has no meaning for it; leave it out.")


def _readings(path: Path) -> list[Reading]:
    contents = foreign.unpacked(path)
    found = foreign.readings(contents)
    if not found:
        raise GeneratorError(foreign.not_recognised(contents))
    return found


def _description(path: Path) -> str:
    """Of the reading that was chosen or is the best, where that is a row of layers."""
    kept = foreign.kept_description(path)
    contents = foreign.unpacked(path)
    if kept is None:
        found = foreign.readings(contents)
        kept = next((one.description for one in found if one.description is not None), None)
        if kept is None and found:
            print(
                f"{path.name} is read as {told(found[0])} without a description, and that is no row of layers;"
                " this draft is what its tensors suggest and may not fit.",
                file=sys.stderr,
            )
    return described(contents, kept)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise GeneratorError(f"{path} is no text that can be read; begin one with 'dinoexplorer describe'.") from None
