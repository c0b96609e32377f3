"""``dinoexplorer evaluate``: as ``dinotrain evaluate``, of checkpoints of other programs as well. No Qt here."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from training import evaluate_command


def evaluate(options: argparse.Namespace) -> int:
    """Evaluate what the command line asks for and return the exit code."""
    from dinoexplorer.generators.devices import choose_device  # noqa: PLC0415  imports torch
    from dinoexplorer.reports.generator_material import open_any  # noqa: PLC0415  likewise

    choice = choose_device(options.device)
    if choice.note:
        print(choice.note, file=sys.stderr)
    return evaluate_command.run(options, partial(open_any, device=choice.device))
