"""The command line: the window by default, and subcommands that need neither a display nor Qt."""

from __future__ import annotations

import argparse
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from dinoexplorer import __version__
from dinoexplorer.command_options import command_parser

COMMANDS = (
    "info", "render", "grid", "compare", "encode", "map", "morph", "anomaly", "restore", "evaluate",
    "describe", "convert", "export",
)  # fmt: skip
_LISTS = ("--z", "--range", "--axes")  # options whose value is a list of numbers and may start with a minus


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted."""
    arguments = _with_values_joined(sys.argv[1:] if argv is None else argv)
    is_command = next((word for word in arguments if not word.startswith("-")), "") in COMMANDS
    options = _command_options(arguments) if is_command else _window_options(arguments)
    try:
        if is_command:
            from dinoexplorer import commands

            return commands.run(options)
        from dinoexplorer.launching import launch

        return launch(options)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001  the last stop: one line, never a traceback unless asked for
        if options.debug:
            traceback.print_exc()
        else:
            print(_sentence(error), file=sys.stderr)
        return 1


def _with_values_joined(arguments: Sequence[str]) -> list[str]:
    """Write ``--range -1.5,1.5`` as ``--range=-1.5,1.5``: argparse takes the value for an option, being no number."""
    joined: list[str] = []
    for word in arguments:
        if joined and joined[-1] in _LISTS and re.match(r"-[\d.]", word):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def _sentence(error: Exception) -> str:
    from dinoexplorer.generators.errors import GeneratorError
    from training.errors import TrainingError

    text = " ".join(str(error).split())
    if isinstance(error, GeneratorError | TrainingError):
        return f"dinoexplorer: {text}"
    if isinstance(error, OSError) and error.filename:
        return f"dinoexplorer: {error.filename}: {error.strerror}; check the place and its permissions."
    return f"dinoexplorer: {type(error).__name__}: {text}; run it again with --debug and report what it prints."


def _window_options(arguments: list[str]) -> argparse.Namespace:
    """What the window opens: ``checkpoint`` and ``document`` are told apart by what the named file holds."""
    from dinoexplorer.document.opening import is_document

    parser = _window_parser()
    options = parser.parse_args(arguments)
    if options.checkpoint is not None and is_document(options.checkpoint):
        if options.document is not None:
            parser.error(f"{options.checkpoint} and --document {options.document} are two documents; name one")
        options.checkpoint, options.document = None, options.checkpoint
    return options


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dinoexplorer",
        description="A desktop workbench for the latent space of image generators.",
        epilog=f"Subcommands that need no display: {', '.join(COMMANDS)} (each with --help).",
    )
    parser.add_argument(
        "checkpoint", nargs="?", type=Path, metavar="CHECKPOINT", help="the checkpoint to open, or a document"
    )
    parser.add_argument(
        "--document", type=Path, metavar="FILE", help="a .dino.json, or a picture saved here: go back to its place"
    )
    parser.add_argument("--device", default=None, help="auto, cpu, cuda, cuda:N or mps (default: as last time)")
    parser.add_argument(
        "--screenshot",
        type=Path,
        metavar="FILE.png",
        help="run the window off screen, click the map, save what a person would see and the picture",
    )
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    parser.add_argument("--version", action="version", version=f"dinoexplorer {__version__}")
    return parser


def _command_options(arguments: list[str]) -> argparse.Namespace:
    parser = command_parser()
    options = parser.parse_args(arguments)
    if options.command == "render":
        _check_render(options, parser)
    if options.command == "encode" and options.tune is not None and options.refine is None:
        parser.error("--tune goes with --refine: what it bends the generator to are the codes that were searched for")
    if options.command == "morph":
        _check_morph(options, parser)
    return options


def _check_render(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    from dinoexplorer.document.opening import is_document

    if options.count is not None and options.seed is None:
        parser.error("--count goes with --seed; --z and --latents say themselves how many pictures there are")
    given = (options.seed, options.z, options.latents) != (None, None, None)
    if not given and not is_document(options.checkpoint):
        parser.error("one of the arguments --seed --z --latents is required, unless a document is rendered")


def _check_morph(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    from dinoexplorer.document.opening import is_document

    given = (options.seeds, options.latents, options.timeline) != (None, None, None)
    if not given and not is_document(options.checkpoint):
        parser.error("one of the arguments --seeds --latents --timeline is required, unless a document is filmed")
