"""The root of the errors whose text is meant for a person."""


class TrainingError(Exception):
    """Something refused or failed; the text is one sentence saying what, why and what to do."""


class StopRequested(Exception):
    """Someone asked the run to stop; not an error, and nothing but the loop may swallow it."""
