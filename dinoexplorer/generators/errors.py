"""The one error a generator raises: a sentence that a person can act on."""


class GeneratorError(Exception):
    """What could not be done, why, and what to do instead, as one readable sentence."""


def cause(error: Exception) -> str:
    """What another library says went wrong, short enough for the middle of a sentence."""
    return " ".join(str(error).split())[:120].rstrip(". ") or type(error).__name__


def shown(name: str) -> str:
    """A name out of a file, which may be anything, for the middle of a sentence."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in name[:61])
    return plain if len(plain) <= 60 else f"{plain[:57]}…"
