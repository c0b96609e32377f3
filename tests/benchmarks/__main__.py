"""``python -m tests.benchmarks NAME [--json] [options of NAME]``: 0 when every bar is passed, 1 when one is not."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

from tests.benchmarks import benchmark_names


def main() -> int:
    names = benchmark_names()
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    if wanted not in names:
        what = f"There is no benchmark called {wanted!r}" if wanted else "Name a benchmark"
        print(f"{what}; there are {', '.join(names)}.", file=sys.stderr)
        return 2
    benchmark = importlib.import_module(f"tests.benchmarks.{wanted}")
    parser = argparse.ArgumentParser(prog=f"python -m tests.benchmarks {wanted}", description=benchmark.__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    benchmark.add_options(parser)
    options = parser.parse_args(sys.argv[2:])
    report = benchmark.measure(options)
    print(json.dumps(report.as_json()) if options.json else report.as_text())
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
