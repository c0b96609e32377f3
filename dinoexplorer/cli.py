"""The command line: the window by default, and subcommands that need neither a display nor Qt."""

from __future__ import annotations

import argparse
import math
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from dinoexplorer import __version__

COMMANDS = ("info", "render", "grid", "encode", "map")
_LISTS = ("--z", "--range", "--axes")  # options whose value is a list of numbers and may start with a minus


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted."""
    arguments = _with_values_joined(sys.argv[1:] if argv is None else argv)
    is_command = next((word for word in arguments if not word.startswith("-")), "") in COMMANDS
    options = _command_options(arguments) if is_command else _window_parser().parse_args(arguments)
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


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dinoexplorer",
        description="A desktop workbench for the latent space of image generators.",
        epilog=f"Subcommands that need no display: {', '.join(COMMANDS)} (each with --help).",
    )
    parser.add_argument("checkpoint", nargs="?", type=Path, metavar="CHECKPOINT", help="the checkpoint to open")
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
    parser = _command_parser()
    options = parser.parse_args(arguments)
    if options.command == "render" and options.count is not None and options.seed is None:
        parser.error("--count goes with --seed; --z and --latents say themselves how many pictures there are")
    return options


def _command_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dinoexplorer")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    common.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    common.add_argument("--debug", action="store_true", help="show tracebacks")
    commands = parser.add_subparsers(dest="command", required=True)

    info = commands.add_parser("info", parents=[common], help="what a checkpoint is")
    info.add_argument("--json", action="store_true", help="one JSON object")

    render = commands.add_parser("render", parents=[common], help="codes to pictures")
    source = render.add_mutually_exclusive_group(required=True)
    source.add_argument("--seed", type=_from_zero, help="draw the codes with this seed")
    source.add_argument("--z", help='one code: "0.5,1.5,..."')
    source.add_argument("--latents", type=Path, metavar="FILE.npy", help="codes, float32 (n, dim)")
    render.add_argument("--count", type=_positive, help="how many, with --seed (default: 1)")
    render.add_argument("--label", help="the class, for class-conditional generators")
    render.add_argument("--truncation", type=float, default=1.0, help="scales the spread of random codes")
    render.add_argument("--out", type=str, required=True, metavar="FILE.png|DIR/|FILE.npy")

    grid = commands.add_parser("grid", parents=[common], help="pictures over a plane of two dimensions")
    grid.add_argument("--rows", type=_positive, default=30)
    grid.add_argument("--cols", type=_positive, default=30)
    grid.add_argument("--range", type=_pair, default=(-1.5, 1.5), metavar="LOW,HIGH", help="of both dimensions")
    grid.add_argument("--axes", type=_int_pair, default=(0, 1), metavar="I,J", help="dimensions, counted from 0")
    grid.add_argument("--out", type=Path, required=True, metavar="FILE.png")

    encode = commands.add_parser("encode", parents=[common], help="images to codes")
    encode.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    encode.add_argument("--out", type=Path, required=True, metavar="FILE.npz")

    build = commands.add_parser("map", parents=[common], help="build or refresh the latent map")
    build.add_argument("--data", metavar="DATASET", help="a folder of images, or builtin:dinosaurs (default: samples)")
    build.add_argument("--count", type=_positive, default=3000, help="how many images or samples at most")
    build.add_argument("--method", default="auto", help="auto, plane, pca or tsne")
    build.add_argument(
        "--seed",
        type=_from_zero,
        default=0,
        help="of the samples, or of built-in images new to the model",
    )
    build.add_argument("--variation", type=_share, default=1.0, help="0 to 1: how much built-in pictures differ")
    build.add_argument("--out", type=Path, metavar="FILE", help="default: NAME.map.npz beside the checkpoint")
    return parser


def _positive(text: str) -> int:
    return _whole_number(text, 1)


def _from_zero(text: str) -> int:
    return _whole_number(text, 0)


def _whole_number(text: str, least: int) -> int:
    if not text.strip().isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} up")
    return int(text)


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return number


def _pair(text: str) -> tuple[float, float]:
    try:
        low, high = map(float, text.split(","))
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high)):
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers such as -1.5,1.5")
    return low, high


def _int_pair(text: str) -> tuple[int, int]:
    first, second = _pair(text)
    if not (first.is_integer() and second.is_integer()):
        raise argparse.ArgumentTypeError(f"{text!r} is not two whole numbers such as 0,1")
    return int(first), int(second)
