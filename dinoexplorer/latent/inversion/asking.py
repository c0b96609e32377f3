"""What a search for a code is asked for, and what it and a fitting tell of themselves. No torch here, for windows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, GeneratorInfo

Classes = Literal["searched", "kept"]
_MOST_STEPS = 100_000
_OURS = "dinoexplorer.checkpoint"


@dataclass(frozen=True, slots=True)
class Losses:
    """What makes one picture less like another, each with its weight of 0 or more.

    Attributes
    ----------
    pixels : float
        Of the mean over all pixels, of pictures in [0, 1].
    of_pixels : "squared" or "charbonnier"
        Squared differences ask for a high PSNR; Charbonnier's, nearly absolute, forgive single pixels.
    edges : float
        Of the outlines at three scales: steps between neighbours.
    features : float
        Of what the generator's own encoder sees in them; without an encoder it counts for nothing.
    prior : float
        Of how unlikely the code is, in nats a dimension: more keeps it where the generator knows its way, so that it
        can be edited; 0 leaves it free.
    """

    pixels: float = 1.0
    of_pixels: Literal["squared", "charbonnier"] = "squared"
    edges: float = 0.02
    features: float = 0.0
    prior: float = 3e-5

    def __post_init__(self) -> None:
        given = (self.pixels, self.edges, self.features, self.prior)
        if not all(math.isfinite(weight) and weight >= 0 for weight in given):
            raise GeneratorError("A weight of the search is below 0 or not a number; give 0 or more.")
        if not self.pixels + self.edges + self.features:
            raise GeneratorError("The search compares nothing; give pixels, edges or features a weight above 0.")


@dataclass(frozen=True, slots=True)
class Course:
    """How a search goes.

    Attributes
    ----------
    steps : int
        After the start was chosen; 0 only chooses.
    rate : float
        The length of the first steps along each number of a code, in deviations of the data; it falls to 0 as a cosine.
    lanes : int
        How many of the starts are followed at once.
    keeps : int
        How many of these are followed to the end; the others are dropped on the way, the worst first.
    classes : "searched" or "kept"
        Whether weights of classes move as well, where there are any.
    """

    steps: int = 100
    rate: float = 0.03
    lanes: int = 1
    keeps: int = 1
    classes: Classes = "searched"

    def __post_init__(self) -> None:
        if not (0 <= self.steps <= _MOST_STEPS):
            raise GeneratorError(f"A search cannot take {self.steps} steps; give 0 to {_MOST_STEPS:,}.")
        if not (math.isfinite(self.rate) and self.rate > 0):
            raise GeneratorError(f"A search with a rate of {self.rate} does not move; give more than 0.")
        if not (1 <= self.keeps <= self.lanes):
            raise GeneratorError(f"Of {self.lanes} codes {self.keeps} cannot be followed to the end; give 1 or more.")


@dataclass(frozen=True, eq=False, slots=True)
class SearchState:
    """Where a search stands after a step.

    Attributes
    ----------
    step, steps : int
        How many are done, and how many there are in all.
    code : float32 (dim,)
        Of this step.
    picture : uint8 (h, w, 3)
        Its picture, exactly.
    loss : float
    psnr : float
        In dB, where the picture that is looked for is known.
    best_code, best_picture, best_loss, best_psnr, best_step
        The same of the step with the least loss so far.
    seconds : float
        Since the first step, pauses between steps not counted.
    start : str
        In words, where the code that leads began: "the encoder", "the mean", ...
    """

    step: int
    steps: int
    code: FloatArray
    picture: ByteArray
    loss: float
    psnr: float
    best_code: FloatArray
    best_picture: ByteArray
    best_loss: float
    best_psnr: float
    best_step: int
    seconds: float
    start: str

    @property
    def done(self) -> bool:
        """Whether all steps are done."""
        return self.step >= self.steps

    @property
    def rate(self) -> float:
        """Steps a second; 0 where that is not known yet."""
        return self.step / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """For the steps that are left, as fast as so far."""
        return (self.steps - self.step) / self.rate if self.rate > 0 else None


@dataclass(frozen=True, eq=False, slots=True)
class TuningState:
    """Where a tuning stands.

    Attributes
    ----------
    step, steps : int
    picture : uint8 (h, w, 3)
        Of the first code of this step's batch.
    psnr : float
        Of this step's pictures in dB.
    drift : float
        How far other pictures have moved: the root mean square change of random codes' pictures, in grey levels.
    seconds : float
    """

    step: int
    steps: int
    picture: ByteArray
    psnr: float
    drift: float
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """For the steps that are left, as fast as so far."""
        return (self.steps - self.step) * self.seconds / self.step if self.step else None


@dataclass(frozen=True, eq=False, slots=True)
class Reached:
    """Where the way from a picture to what gives it stands: the search for a code, and then the fitting of the model.

    Attributes
    ----------
    search : SearchState
        The latest of the search.
    fitting : TuningState or None
        The latest of the fitting, where that has begun.
    picture : uint8 (h, w, 3)
        The best so far: of the best code, by the model as it is bent by now.
    psnr : float
        Of ``picture`` in dB.
    """

    search: SearchState
    fitting: TuningState | None
    picture: ByteArray
    psnr: float

    @property
    def code(self) -> FloatArray:
        """The best code ``(dim,)``."""
        return self.search.best_code


def no_tuning(info: GeneratorInfo) -> str:
    """The sentence for a generator that cannot be bent, empty where it can."""
    if info.format == _OURS:
        return ""
    return f"{info.path.name} is no checkpoint of this program, so it cannot be tuned; embed only."
