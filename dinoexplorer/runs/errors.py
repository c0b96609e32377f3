"""What is refused when runs are started, queued and steered."""

from training.errors import TrainingError


class KeeperError(TrainingError):
    """Something that cannot be done with a run; the text says what, why and what to do."""
