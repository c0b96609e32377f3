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

COMMANDS = ("info", "render", "grid", "compare", "encode", "map", "morph")
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
    parser = _command_parser()
    options = parser.parse_args(arguments)
    if options.command == "render":
        _check_render(options, parser)
    return options


def _check_render(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    from dinoexplorer.document.opening import is_document

    if options.count is not None and options.seed is None:
        parser.error("--count goes with --seed; --z and --latents say themselves how many pictures there are")
    given = (options.seed, options.z, options.latents) != (None, None, None)
    if not given and not is_document(options.checkpoint):
        parser.error("one of the arguments --seed --z --latents is required, unless a document is rendered")


def _command_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dinoexplorer")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    common.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    common.add_argument("--debug", action="store_true", help="show tracebacks")
    commands = parser.add_subparsers(dest="command", required=True)

    info = commands.add_parser("info", parents=[common], help="what a checkpoint is")
    info.add_argument("--json", action="store_true", help="one JSON object")

    render = commands.add_parser(
        "render", parents=[common], help="codes to pictures",
        description="CHECKPOINT may also be a document (.dino.json) or a picture that was saved here: its place.",
    )  # fmt: skip
    source = render.add_mutually_exclusive_group()
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
    grid.add_argument(
        "--range", type=_pair, metavar="LOW,HIGH",
        help="of both directions (default: -1.5,1.5; with --through what holds the three codes); "
        "with --axes pca in standard deviations",
    )  # fmt: skip
    plane = grid.add_mutually_exclusive_group()
    plane.add_argument(
        "--axes", type=_axes, default=(0, 1), metavar="I,J|pca",
        help="two dimensions, counted from 0, or the two directions in which the data vary most (default: 0,1)",
    )  # fmt: skip
    plane.add_argument("--through", type=Path, metavar="FILE.npy", help="the plane through three codes (3, dim)")
    grid.add_argument("--out", type=Path, required=True, metavar="FILE.png")

    compare = commands.add_parser(
        "compare", help="checkpoints beside each other",
        description="Checkpoints whose codes are as long decode the same codes. CHECKPOINT may be the folder of a run.",
    )  # fmt: skip
    compare.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    compare.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    compare.add_argument("--debug", action="store_true", help="show tracebacks")
    asked = compare.add_mutually_exclusive_group(required=True)
    asked.add_argument("--seed", type=_seeds, metavar="N[,N...]", help="draw one code with each of these seeds")
    asked.add_argument("--image", type=Path, nargs="+", metavar="FILE", help="pictures that each brings back")
    compare.add_argument(
        "--table", action="store_true", help="lengths of the codes across, steps down; else side by side"
    )
    compare.add_argument("--rows", type=_positive, default=8, help="how many steps of a table at most (default: 8)")
    compare.add_argument("--out", type=Path, required=True, metavar="FILE.png")

    encode = commands.add_parser("encode", parents=[common], help="images to codes")
    encode.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    encode.add_argument("--out", type=Path, required=True, metavar="FILE.npz")

    build = commands.add_parser("map", parents=[common], help="build or refresh the latent map")
    build.add_argument("--data", metavar="DATASET", help="a folder of images, or builtin:dinosaurs (default: samples)")
    build.add_argument("--count", type=_positive, default=3000, help="how many images or samples at most")
    build.add_argument("--method", default="auto", help="auto, curved, plane, pca, pacmap, tsne or umap")
    build.add_argument(
        "--seed",
        type=_from_zero,
        default=0,
        help="of the samples, or of built-in images new to the model",
    )
    build.add_argument("--variation", type=_share, default=1.0, help="0 to 1: how much built-in pictures differ")
    build.add_argument("--out", type=Path, metavar="FILE", help="default: NAME.map.npz beside the checkpoint")

    _add_morph_options(commands.add_parser("morph", parents=[common], help="a film through codes"))
    return parser


def _add_morph_options(morph: argparse.ArgumentParser) -> None:
    source = morph.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--seeds", type=_numbers, action="append", metavar="1,2,3",
        help="through codes drawn with these seeds; several times for several morphs side by side",
    )  # fmt: skip
    source.add_argument("--latents", type=Path, metavar="FILE.npy", help="through these codes, float32 (n, dim)")
    source.add_argument(
        "--timeline", type=Path, nargs="+", metavar="FILE.json", help="a timeline or a document; several side by side"
    )
    morph.add_argument("--label", help="the class, for class-conditional generators; with --seeds or --latents")
    morph.add_argument(
        "--easing", default="sine", help="sine, linear, smoothstep, cubic, back, elastic, hold or bezier(...)"
    )
    morph.add_argument(
        "--path", default="straight", help="straight, slerp, spline, map, data, circle(...) or noise(...)"
    )
    morph.add_argument("--seconds", type=float, default=2.0, help="from one code to the next (default: 2)")
    repeat = morph.add_mutually_exclusive_group()
    repeat.add_argument("--loop", dest="repeat", action="store_const", const="loop", help="back to the first, no seam")
    repeat.add_argument("--ping-pong", dest="repeat", action="store_const", const="ping-pong", help="there and back")
    morph.add_argument("--fps", type=_positive, default=30, help="frames a second, up to 120 (default: 30)")
    morph.add_argument("--size", type=_positive, default=512, help="pixels of each picture's side (default: 512)")
    morph.add_argument("--scaling", default="lanczos", help="lanczos, bicubic or nearest")
    morph.add_argument("--background", type=_colour, default=(0, 0, 0), metavar="RRGGBB|none", help="none: transparent")
    morph.add_argument("--columns", type=_positive, help="of several morphs side by side")
    morph.add_argument("--title", help="a text before the film")
    morph.add_argument("--end", help="a text after it")
    morph.add_argument("--quality", default="good", help="small, good or master")
    morph.add_argument("--codec", default="", help="h264, h265 or av1 for .mp4; vp9 or av1 for .webm")
    morph.add_argument("--dithering", default="ordered", help="none or ordered, for .gif")
    morph.add_argument("--audio", type=Path, metavar="FILE", help="a sound file under the film")
    morph.add_argument(
        "--beats", type=_beats, metavar="BPM[,SECONDS]|onsets",
        help="keyframes on a grid of beats, the first of them at SECONDS; or where something begins in --audio",
    )  # fmt: skip
    morph.add_argument("--sheet", type=Path, metavar="FILE.png", help="also a contact sheet of sixteen frames")
    morph.add_argument("--out", required=True, metavar="FILE.mp4|.webm|.gif|.webp|.png|DIR/")


def _positive(text: str) -> int:
    return _whole_number(text, 1)


def _from_zero(text: str) -> int:
    return _whole_number(text, 0)


def _whole_number(text: str, least: int) -> int:
    if not text.strip().isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} up")
    return int(text)


def _seeds(text: str) -> tuple[int, ...]:
    return tuple(_from_zero(word) for word in text.split(","))


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


def _numbers(text: str) -> list[int]:
    return [_from_zero(number) for number in text.split(",")]


def _beats(text: str) -> tuple[float, float] | str:
    """Beats a minute and the time of the first, or the word "onsets"."""
    if text == "onsets":
        return text
    rate, _, first = text.partition(",")
    try:
        return float(rate), float(first or 0)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} is neither beats a minute, such as 120, nor the word onsets"
        ) from None


def _colour(text: str) -> tuple[int, int, int] | None:
    if text == "none":
        return None
    if not re.fullmatch(r"#?[0-9a-fA-F]{6}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a colour such as 20242c nor none")
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def _axes(text: str) -> tuple[int, int] | str:
    return text if text == "pca" else _int_pair(text)


def _int_pair(text: str) -> tuple[int, int]:
    first, second = _pair(text)
    if not (first.is_integer() and second.is_integer()):
        raise argparse.ArgumentTypeError(f"{text!r} is not two whole numbers such as 0,1")
    return int(first), int(second)
