"""What a person at the terminal sees of a run; the same text goes to the run's log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import TextIO

from tqdm import tqdm

from training.listing import duration

_PLAIN_SECONDS = 5.0
_SHOWN = (
    "loss/reconstruction", "loss/kl", "loss/psnr", "loss/discriminator", "loss/generator", "accuracy/real",
    "accuracy/fake",
)  # fmt: skip


class Reporter:
    """A progress bar with rate and time left on a terminal, plain lines otherwise."""

    def __init__(self, stream: TextIO | None = None, log: Callable[[str], None] | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._log = log or _nowhere
        self._bar: tqdm[None] | None = None
        self._what = ""
        self._last = 0.0

    def line(self, text: str) -> None:
        """One line of its own."""
        self._log(text)
        if self._bar is not None:
            self._bar.write(text, file=self._stream)
        else:
            print(text, file=self._stream, flush=True)

    def progress(self, what: str, done: int, total: int) -> None:
        """How far some longer work is."""
        if self._terminal:
            self._show(what, done, total, "")
        elif done >= total or time.monotonic() - self._last > _PLAIN_SECONDS:
            self._last = time.monotonic()
            self.line(f"{what}: {done} of {total}")

    def step(self, step: int, total: int, record: Mapping[str, float]) -> None:
        """A record of the training loop."""
        losses = "  ".join(f"{name.partition('/')[2]} {record[name]:.4g}" for name in _SHOWN if name in record)
        speed = f"{record['images_per_second']:.0f} images/s"
        text = f"step {step}/{total}  {losses}  {speed}  {duration(record['seconds_left'])} left"
        if self._terminal:
            self._log(text)
            self._show("training", step, total, f"{losses}  {speed}")
        elif step >= total or time.monotonic() - self._last > _PLAIN_SECONDS:
            self._last = time.monotonic()
            self.line(text)

    def figures(self, step: int, figures: Mapping[str, object]) -> None:
        """An evaluation; its many figures per dimension stay in the metrics."""
        shown = "  ".join(f"{name} {value:.4g}" for name, value in figures.items()
                          if isinstance(value, float) and name.count("/") == 1)  # fmt: skip
        self.line(f"step {step}: {shown}")

    def close(self) -> None:
        """Leave the terminal tidy."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _show(self, what: str, done: int, total: int, detail: str) -> None:
        if self._bar is None or self._what != what:
            self.close()
            start = done if what == "training" else 0  # a resumed run did not do those steps at this rate
            self._bar = tqdm(total=total, initial=start, desc=what, file=self._stream, dynamic_ncols=True, leave=False)
            self._what = what
        self._bar.set_postfix_str(detail, refresh=False)
        self._bar.n = done
        self._bar.refresh()


def _nowhere(_text: str) -> None:
    pass
