"""Benchmarks: ``python -m tests.benchmarks NAME [--json]``; a benchmark is found by being a module here.

Such a module has `add_options` for its command line and `measure`, which returns a `Report`. Names that begin with an
underscore are helpers, and those that begin with "test" are tests of them.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bar:
    """One figure against the bar it has to clear; ``at_most`` tells on which side it has to lie."""

    name: str
    value: float
    bar: float
    unit: str = ""
    at_most: bool = True

    @property
    def passed(self) -> bool:
        return self.value <= self.bar if self.at_most else self.value >= self.bar

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of its bar; None where the bar is zero."""
        return self.value / self.bar if self.bar else None


@dataclass
class Report:
    """What a benchmark found: figures to read, and bars that are passed or not."""

    name: str
    figures: dict[str, object] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return all(bar.passed for bar in self.bars)

    def as_json(self) -> dict[str, object]:
        bars = {
            bar.name: {"value": bar.value, "bar": bar.bar, "unit": bar.unit, "ratio": bar.ratio, "passed": bar.passed}
            for bar in self.bars
        }
        return {"benchmark": self.name, "passed": self.passed, "figures": self.figures, "bars": bars}

    def as_text(self) -> str:
        width = max(len(name) for name in [*self.figures, *(bar.name for bar in self.bars)])
        lines = [f"{name:<{width}}  {_number(value)}" for name, value in self.figures.items()]
        for bar in self.bars:
            sign = "<=" if bar.at_most else ">="
            ratio = "" if bar.ratio is None else f"  (x {bar.ratio:.2f} of the bar)"
            verdict = "PASS" if bar.passed else "FAIL"
            lines.append(f"{bar.name:<{width}}  {verdict}  {bar.value:.2f} {sign} {bar.bar:.2f} {bar.unit}{ratio}")
        return "\n".join(lines)


def benchmark_names() -> list[str]:
    """The benchmarks there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith(("_", "test")))


def _number(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
