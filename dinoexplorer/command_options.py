"""The words of every subcommand."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dinoexplorer import option_values as values

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def command_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dinoexplorer")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    common.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    common.add_argument("--debug", action="store_true", help="show tracebacks")
    _add_reading_options(common)
    commands = parser.add_subparsers(dest="command", required=True)

    info = commands.add_parser("info", parents=[common], help="what a checkpoint is")
    info.add_argument("--json", action="store_true", help="one JSON object")

    render = commands.add_parser(
        "render", parents=[common], help="codes to pictures",
        description="CHECKPOINT may also be a document (.dino.json) or a picture that was saved here: its place.",
    )  # fmt: skip
    source = render.add_mutually_exclusive_group()
    source.add_argument("--seed", type=values.from_zero, help="draw the codes with this seed")
    source.add_argument("--z", help='one code: "0.5,1.5,..."')
    source.add_argument("--latents", type=Path, metavar="FILE.npy", help="codes, float32 (n, dim)")
    render.add_argument("--count", type=values.positive, help="how many, with --seed (default: 1)")
    render.add_argument("--label", help="the class, for class-conditional generators")
    render.add_argument("--truncation", type=float, default=1.0, help="scales the spread of random codes")
    render.add_argument("--out", type=str, required=True, metavar="FILE.png|DIR/|FILE.npy")

    grid = commands.add_parser("grid", parents=[common], help="pictures over a plane of two dimensions")
    grid.add_argument("--rows", type=values.positive, default=30)
    grid.add_argument("--cols", type=values.positive, default=30)
    grid.add_argument(
        "--range", type=values.pair, metavar="LOW,HIGH",
        help="of both directions (default: -1.5,1.5; with --through what holds the three codes); "
        "with --axes pca in standard deviations",
    )  # fmt: skip
    plane = grid.add_mutually_exclusive_group()
    plane.add_argument(
        "--axes", type=values.axes, default=(0, 1), metavar="I,J|pca",
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
    asked.add_argument("--seed", type=values.seeds, metavar="N[,N...]", help="draw one code with each of these seeds")
    asked.add_argument("--image", type=Path, nargs="+", metavar="FILE", help="pictures that each brings back")
    compare.add_argument(
        "--table", action="store_true", help="lengths of the codes across, steps down; else side by side"
    )
    compare.add_argument(
        "--rows", type=values.positive, default=8, help="how many steps of a table at most (default: 8)"
    )
    compare.add_argument("--out", type=Path, required=True, metavar="FILE.png")

    encode = commands.add_parser(
        "encode", parents=[common], help="images to codes",
        description="A run with --refine that was interrupted goes on where it was when it is started again.",
    )  # fmt: skip
    encode.add_argument("images", type=Path, nargs="+", metavar="IMAGE|FOLDER")
    encode.add_argument(
        "--refine", type=values.positive, nargs="?", const=0, metavar="STEPS",
        help="search for better codes, and for codes where there is no encoder; in so many steps (default: what is "
        "usual with the checkpoint)",
    )  # fmt: skip
    encode.add_argument(
        "--tune", type=Path, metavar="FILE.safetensors",
        help="with --refine: bend the generator a little so that the codes give these very pictures, and save it there",
    )  # fmt: skip
    encode.add_argument("--out", type=Path, required=True, metavar="FILE.npz")

    _add_map_options(commands.add_parser("map", parents=[common], help="build or refresh the latent map"))
    morph = commands.add_parser(
        "morph", parents=[common], help="a film through codes",
        description="CHECKPOINT may also be a document (.dino.json) or a film that was made here: its timeline.",
    )  # fmt: skip
    _add_morph_options(morph)
    _add_writing_commands(commands, common)
    _add_judging_commands(commands, common)
    return parser


def _add_writing_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    describe = commands.add_parser(
        "describe", parents=[common], help="how a file of another program is read, as TOML to edit",
        description="Prints its layers in order; edited, give it to any command with --describe FILE.toml.",
    )  # fmt: skip
    describe.add_argument("--readings", action="store_true", help="list the ways it can be read instead")
    describe.add_argument("--out", type=Path, metavar="FILE.toml", help="default: print it")

    convert = commands.add_parser("convert", parents=[common], help="any checkpoint as one of ours")
    convert.add_argument("--out", type=Path, required=True, metavar="FILE.safetensors")

    export = commands.add_parser("export", parents=[common], help="a checkpoint for other programs")
    export.add_argument("--onnx", type=Path, required=True, metavar="FILE.onnx", help="codes (n, dim) to pictures")
    export.add_argument(
        "--trust", metavar="FILE.py:CLASS",
        help="run this class of yours with the weights of CHECKPOINT: the only option that runs code that is not ours",
    )  # fmt: skip
    export.add_argument("--arguments", type=values.arguments, default={}, metavar="JSON", help="of that class")
    export.add_argument("--latent", type=values.positive, metavar="N", help="how many numbers a code of it has")


def _add_reading_options(common: argparse.ArgumentParser) -> None:
    reading = common.add_mutually_exclusive_group()
    reading.add_argument(
        "--reading", type=values.reading, metavar="N|auto",
        help="of a file of another program: read it in the N-th way, and remember that; auto looks for the best again",
    )  # fmt: skip
    reading.add_argument(
        "--describe", type=Path, metavar="FILE.toml",
        help="read it as the layers in this file, and remember that; see 'dinoexplorer describe'",
    )  # fmt: skip


def _add_judging_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    from training.evaluate_command import add_options  # noqa: PLC0415  the window need not wait for it

    anomaly = commands.add_parser(
        "anomaly", parents=[common], help="pictures sorted by how strange they are",
        description="What is usual is learnt from pictures that the model was not trained on, and so is how far they "
        "stray from it.",
    )  # fmt: skip
    anomaly.add_argument("images", type=Path, nargs="+", metavar="IMAGE|FOLDER")
    anomaly.add_argument(
        "--data", metavar="DATASET",
        help="usual pictures it was not trained on: a folder, a dataset or builtin:dinosaurs (default: what its own "
        "training held out)",
    )  # fmt: skip
    anomaly.add_argument("--count", type=values.positive, default=600, help="how many of them at most (default: 600)")
    anomaly.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="for report.csv, report.json and sheet.png"
    )

    restore = commands.add_parser(
        "restore", parents=[common], help="damaged pictures through an autoencoder",
        description="Pictures keep their size: larger ones than the model's go through it in tiles that fade into each "
        "other.",
    )  # fmt: skip
    restore.add_argument("images", type=Path, nargs="+", metavar="IMAGE|FOLDER")
    restore.add_argument(
        "--whole", action="store_true", help="scaled to the model's size and back instead; for models of whole pictures"
    )
    restore.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="for PNGs and before-after.png")

    evaluate = commands.add_parser(
        "evaluate", help="what a model is worth",
        description="As 'dinotrain evaluate', of checkpoints of other programs as well. Pictures larger than 256 x 256 "
        "are compared at that size.",
    )  # fmt: skip
    add_options(evaluate)
    evaluate.add_argument("--device", default="auto", help="for checkpoints of other programs: auto, cpu, cuda, "
                          "cuda:N or mps")  # fmt: skip
    evaluate.add_argument("--debug", action="store_true", help="show tracebacks")


def _add_map_options(build: argparse.ArgumentParser) -> None:
    build.add_argument("--data", metavar="DATASET", help="a folder of images, or builtin:dinosaurs (default: samples)")
    build.add_argument("--count", type=values.positive, default=3000, help="how many images or samples at most")
    build.add_argument("--method", default="auto", help="auto, curved, plane, pca, pacmap, tsne or umap")
    build.add_argument(
        "--seed",
        type=values.from_zero,
        default=0,
        help="of the samples, or of built-in images new to the model",
    )
    build.add_argument("--variation", type=values.share, default=1.0, help="0 to 1: how much built-in pictures differ")
    build.add_argument("--out", type=Path, metavar="FILE", help="default: NAME.map.npz beside the checkpoint")


def _add_morph_options(morph: argparse.ArgumentParser) -> None:
    source = morph.add_mutually_exclusive_group()
    source.add_argument(
        "--seeds", type=values.numbers, action="append", metavar="1,2,3",
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
    morph.add_argument(
        "--fps", type=values.positive, help="frames a second, up to 120 (default: of the document, else 30)"
    )
    morph.add_argument("--size", type=values.positive, default=512, help="pixels of each picture's side (default: 512)")
    morph.add_argument("--scaling", default="lanczos", help="lanczos, bicubic or nearest")
    morph.add_argument(
        "--background", type=values.colour, default=(0, 0, 0), metavar="RRGGBB|none", help="none: transparent"
    )
    morph.add_argument("--columns", type=values.positive, help="of several morphs side by side")
    morph.add_argument("--title", help="a text before the film")
    morph.add_argument("--end", help="a text after it")
    morph.add_argument("--quality", default="good", help="small, good or master")
    morph.add_argument("--codec", default="", help="h264, h265 or av1 for .mp4; vp9 or av1 for .webm")
    morph.add_argument("--dithering", default="ordered", help="none or ordered, for .gif")
    morph.add_argument(
        "--audio", type=Path, metavar="FILE", help="a sound file under the film (default: that of the timeline)"
    )
    morph.add_argument(
        "--audio-start", type=values.seconds, metavar="SECONDS", help="where in the sound the film begins (default: 0)"
    )
    morph.add_argument(
        "--beats", type=values.beats, metavar="BPM[,SECONDS]|onsets",
        help="keyframes on a grid of beats, the first of them at SECONDS; or where something begins in --audio",
    )  # fmt: skip
    morph.add_argument(
        "--follow", type=values.following, action="append", metavar="DIRECTION=BAND[:STRENGTH[:SECONDS]]",
        help="a direction, or truncation, follows the loudness, bass, middle or treble of the sound, evened out over "
        "SECONDS (default: 0.1); several times for several",
    )  # fmt: skip
    morph.add_argument("--directions", type=Path, metavar="FILE.npz", help="saved directions that --follow may name")
    morph.add_argument("--sheet", type=Path, metavar="FILE.png", help="also a contact sheet of sixteen frames")
    morph.add_argument("--out", required=True, metavar="FILE.mp4|.webm|.gif|.webp|.png|DIR/")
