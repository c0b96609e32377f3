"""`python -m training` and the console script `dinotrain`."""

import os
import sys

from training import cli
from training.config import world_size


def main() -> int:
    """Run one command; returns the exit code, or under `torchrun` ends the process with it.

    gloo's threads may still let go of tensors after a group was destroyed. When they do so while Python shuts down
    the process aborts (https://github.com/pytorch/pytorch/pull/179291), and torchrun ends the others as well: so there
    is no shutdown, once everything that was said is flushed.
    """
    code = cli.main()
    if world_size() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
