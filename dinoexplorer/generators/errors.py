"""The one error a generator raises: a sentence that a person can act on."""


class GeneratorError(Exception):
    """What could not be done, why, and what to do instead, as one readable sentence."""
