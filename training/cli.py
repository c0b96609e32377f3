"""The command line `dinotrain`."""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from training import check_command, compare_command, evaluate_command, prepare_command, suite_command
from training import run as runs
from training.config import from_toml, list_recipes, resolve, to_toml
from training.errors import TrainingError
from training.listing import described_recipe, described_run, recipes_table, runs_table
from training.reporting import Reporter

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
_DEFAULT_FOLDER = Path("runs")
_STOP_SECONDS = 120.0
FIRST_RECIPE = "dinosaurs-quick"
"""What `dinotrain fit` trains when nothing is named."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as leaving:  # argparse has printed its one line
        return leaving.code if isinstance(leaving.code, int) else WRONG_USAGE
    warnings.filterwarnings("ignore", module=r"PIL\.")
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        return FAILED
    except Exception as error:  # noqa: BLE001  the last place before the terminal; --debug shows the rest
        if arguments.debug:
            traceback.print_exc()
        text = str(error) if isinstance(error, TrainingError) else f"{type(error).__name__}: {error}"
        print(f"dinotrain: {' '.join(text.split())}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dinotrain", description="Train image generators. All of it stays here.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, handler: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, parents=[common], help=text, description=text)
        sub.set_defaults(command=handler)
        return sub

    sub = add("recipes", _recipes, "list the named configurations")
    sub.add_argument("--json", action="store_true")
    prepare_command.add_options(
        add(
            "prepare", prepare_command.run, "make a dataset of pictures from wherever they are, or bring one up to date"
        )
    )
    check_command.add_options(add("check", check_command.run, "look at pictures before a model is trained on them"))
    sub = add("fit", _fit, "train a recipe or a configuration file")
    sub.add_argument("recipe", metavar="RECIPE|CONFIG.toml", nargs="?", help=f"default: {FIRST_RECIPE}")
    sub.add_argument("--data", help="a dataset, a folder of pictures, an .npz file or builtin:dinosaurs")
    sub.add_argument("--out", type=Path, help="the run folder (default: runs/NAME-1, or the next free number)")
    sub.add_argument("--set", dest="settings", metavar="KEY=VALUE", nargs="+", action="extend", default=[],
                     help="change settings of the recipe, such as latent.dim=2 image.size=64")  # fmt: skip
    sub = add("resume", _resume, "go on with a run: one that is paused, was stopped, interrupted or is to be extended")
    sub.add_argument("run", type=Path)
    sub.add_argument("--steps", type=int, help="new length of the training")
    for name, text in (
        ("stop", "save and end a run"), ("pause", "halt a run and keep it loaded"),
        ("save", "write a checkpoint now"),
    ):  # fmt: skip
        sub = add(name, _steer, text)
        sub.add_argument("run", type=Path)
        sub.set_defaults(order=name)
    sub = add("sample", _sample, "draw a sheet of samples")
    sub.add_argument("run", type=Path)
    evaluate_command.add_options(
        add("evaluate", evaluate_command.run, "what a model is worth, in numbers and pictures")
    )
    compare_command.add_options(add("compare", compare_command.run, "reports of several models beside each other"))
    suite_command.add_options(add("suite", suite_command.run, "train and evaluate a whole table of models"))
    sub = add("status", _status, "how a run is doing")
    sub.add_argument("run", type=Path)
    sub.add_argument("--json", action="store_true")
    sub = add("list", _list, "the runs in a folder")
    sub.add_argument("folder", type=Path, nargs="?", default=_DEFAULT_FOLDER)
    sub.add_argument("--json", action="store_true")
    return parser


def _recipes(arguments: argparse.Namespace) -> int:
    recipes = list_recipes()
    if arguments.json:
        print(json.dumps({"recipes": [described_recipe(recipe) for recipe in recipes]}))
    else:
        print(recipes_table(recipes))
    return DONE


def _fit(arguments: argparse.Namespace) -> int:
    from training.distributed import is_follower  # torch is loaded only to train

    if is_follower():
        return _follow()
    settings = list(arguments.settings)
    if arguments.data is not None:
        source = arguments.data if arguments.data.startswith("builtin:") else str(Path(arguments.data).absolute())
        settings.append(f"data.source={json.dumps(source)}")
    config = resolve(arguments.recipe or FIRST_RECIPE, settings)
    if arguments.recipe is None:
        about = next(recipe.about for recipe in list_recipes() if recipe.name == FIRST_RECIPE)
        print(f"no recipe named, so this trains {FIRST_RECIPE!r} on {config.data.source}: {about}", file=sys.stderr)
    return _train(runs.RunWriter.create(arguments.out or _DEFAULT_FOLDER / f"{config.name}-1", config))


def _train(run: runs.RunWriter) -> int:
    from training.distributed import Group
    from training.loop import fit

    reporter = Reporter(log=run.log)
    reporter.line(f"run folder: {run.folder}")
    group = Group.join()
    try:
        group.share(to_toml(run.config).encode())
        state, interrupted = fit(run, reporter, group)
    finally:
        reporter.close()
        group.close()
    reporter.line(f"{state} at step {run.status.step}; {_last_words(run)}")
    return INTERRUPTED if interrupted else DONE


def _follow() -> int:
    """Under `torchrun`, every process but the first: it only computes, and its leader alone is told to stop."""
    from training.distributed import Group
    from training.loop import follow

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    group = Group.join()
    try:
        follow(from_toml(group.share().decode()), group)
    except RuntimeError as error:
        raise TrainingError(f"process {group.rank} has lost the others: {str(error).partition(chr(10))[0]}") from error
    finally:
        group.close()
    return DONE


def _last_words(run: runs.RunWriter) -> str:
    path = run.checkpoint_file("last")
    return f"checkpoint: {path}" if path.is_file() else "there is no checkpoint yet"


def _resume(arguments: argparse.Namespace) -> int:
    # Loaded before the folder is taken over: from then on commands are answered within a second.
    importlib.import_module("training.loop")
    from training.distributed import is_follower

    if is_follower():
        return _follow()
    run = runs.read_run(arguments.run)
    if run.state == "paused":
        runs.send(run.folder, "resume")
        print(f"{run.folder} goes on")
        return DONE
    if run.state == "finished" and (arguments.steps is None or arguments.steps <= run.status.step):
        raise TrainingError(
            f"{run.folder} is finished at step {run.status.step}; give --steps a larger number to extend it"
        )
    if arguments.steps is not None and arguments.steps <= run.status.step:
        raise TrainingError(f"{run.folder} has already done {run.status.step} steps; --steps must be larger")
    return _train(runs.RunWriter.reopen(run.folder, steps=arguments.steps))


def _steer(arguments: argparse.Namespace) -> int:
    number = runs.send(arguments.run, arguments.order)
    run = _wait(arguments.run, number, until_end=arguments.order == "stop")
    print(f"{run.folder}: {run.state} at step {run.status.step}")
    return DONE


def _wait(folder: Path, number: int, *, until_end: bool) -> runs.Run:
    deadline = time.monotonic() + _STOP_SECONDS
    run = runs.read_run(folder)
    while run.is_live and (until_end or run.status.handled_control < number):
        if time.monotonic() > deadline:
            raise TrainingError(f"{folder} has not answered for {_STOP_SECONDS:.0f} s (process {run.status.pid})")
        time.sleep(0.1)
        run = runs.read_run(folder)
    return run


def _sample(arguments: argparse.Namespace) -> int:
    run = runs.read_run(arguments.run)
    if run.is_live:
        _wait(run.folder, runs.send(run.folder, "sample"), until_end=False)
        print(f"asked {run.folder} for a sheet; it comes into {run.folder / 'samples'}")
        return DONE
    from training.sampling import sample_checkpoint  # torch is loaded only to draw

    if run.last_checkpoint is None:
        raise TrainingError(f"{run.folder} has no checkpoint to sample from")
    print(sample_checkpoint(run.last_checkpoint, run.folder / "samples"))
    return DONE


def _status(arguments: argparse.Namespace) -> int:
    values = described_run(runs.read_run(arguments.run))
    if arguments.json:
        print(json.dumps(values))
        return DONE
    for name, value in values.items():
        print(f"{name:16} {_plain(value)}")
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    found = runs.find_runs(arguments.folder)
    if arguments.json:
        print(json.dumps({"runs": [described_run(run) for run in found]}))
    else:
        print(runs_table(found) if found else f"no runs in {arguments.folder}")
    return DONE


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{key} {_plain(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else str(value)
