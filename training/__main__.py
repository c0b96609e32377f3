"""`python -m training` and the console script `dinotrain`."""

import sys

from training.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
