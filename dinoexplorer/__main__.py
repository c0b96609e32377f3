"""``python -m dinoexplorer`` and the console script ``dinoexplorer``."""

from __future__ import annotations

import sys

from dinoexplorer.cli import main

if __name__ == "__main__":
    sys.exit(main())
