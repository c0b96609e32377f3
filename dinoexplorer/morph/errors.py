"""The errors of morphs and their export."""

from __future__ import annotations

from dinoexplorer.generators.errors import GeneratorError


class MorphError(GeneratorError):
    """What of a morph could not be done, why, and what to do instead, as one readable sentence."""
