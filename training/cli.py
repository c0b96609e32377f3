"""The command line `dinotrain`."""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from training import run as runs
from training.config import list_recipes, resolve
from training.errors import TrainingError
from training.reporting import Reporter

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
_DEFAULT_FOLDER = Path("runs")
_STOP_SECONDS = 120.0


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
    sub = add("fit", _fit, "train a recipe or a configuration file")
    sub.add_argument("recipe", metavar="RECIPE|CONFIG.toml")
    sub.add_argument("--data", help="a folder of pictures, an .npz file or builtin:dinosaurs")
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
        print(json.dumps({"recipes": [{"name": r.name, "title": r.title, "about": r.about, "family": r.family}
                                      for r in recipes]}))  # fmt: skip
        return DONE
    for recipe in recipes:
        print(f"{recipe.name:16} {recipe.title}\n{'':16} {recipe.about}")
    return DONE


def _fit(arguments: argparse.Namespace) -> int:
    settings = list(arguments.settings)
    if arguments.data is not None:
        source = arguments.data if arguments.data.startswith("builtin:") else str(Path(arguments.data).absolute())
        settings.append(f"data.source={json.dumps(source)}")
    config = resolve(arguments.recipe, settings)
    return _train(runs.RunWriter.create(arguments.out or _DEFAULT_FOLDER / f"{config.name}-1", config))


def _train(run: runs.RunWriter) -> int:
    from training.loop import fit  # torch is loaded only to train

    reporter = Reporter(log=run.log)
    reporter.line(f"run folder: {run.folder}")
    try:
        state, interrupted = fit(run, reporter)
    finally:
        reporter.close()
    reporter.line(f"{state} at step {run.status.step}; {_last_words(run)}")
    return INTERRUPTED if interrupted else DONE


def _last_words(run: runs.RunWriter) -> str:
    path = run.checkpoint_file("last")
    return f"checkpoint: {path}" if path.is_file() else "there is no checkpoint yet"


def _resume(arguments: argparse.Namespace) -> int:
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
    run = runs.read_run(arguments.run)
    values = _described(run)
    if arguments.json:
        print(json.dumps(values))
        return DONE
    for name, value in values.items():
        print(f"{name:16} {_plain(value)}")
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    found = runs.find_runs(arguments.folder)
    if arguments.json:
        print(json.dumps({"runs": [_described(run) for run in found]}))
        return DONE
    if not found:
        print(f"no runs in {arguments.folder}")
    for run in found:
        status = run.status
        print(f"{run.folder.name:24} {run.config.family:8} {run.state:12} {status.step:>8}/{status.total_steps:<8} "
              f"{run.config.data.source}")  # fmt: skip
    return DONE


def _described(run: runs.Run) -> dict[str, Any]:
    records, _ = runs.read_metrics(run.folder)
    last: dict[str, Any] = {}
    for record in runs.latest_course(records):
        last |= record
    checkpoint = run.last_checkpoint
    return {
        "folder": str(run.folder),
        "name": run.config.name,
        "family": run.config.family,
        "recipe": run.config.recipe,
        "state": run.state,
        "phase": run.status.phase,
        "step": run.status.step,
        "total_steps": run.status.total_steps,
        "images_seen": run.status.images_seen,
        "message": run.status.message,
        "pid": run.status.pid,
        "checkpoint": str(checkpoint) if checkpoint else None,
        "metrics": {key: value for key, value in last.items() if key not in {"step", "images_seen"}},
    }


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(
            f"{key} {inner:.4g}" if isinstance(inner, float) else f"{key} {inner}" for key, inner in value.items()
        )
    return "" if value is None else str(value)
