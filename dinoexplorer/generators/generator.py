"""What a generator is, whatever file it came from.

Images are ``uint8`` RGB ``(n, height, width, 3)`` at this boundary; latent codes are ``float32 (n, dim)``. Nothing here
imports torch, so that the window can describe a generator before torch is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.latent_layers import LatentLayer

FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]


@dataclass(frozen=True, eq=False, slots=True)
class Mixture:
    """A Gaussian mixture: where the encoded data lie (the aggregate posterior).

    ``weights (k,)`` sum to 1, ``means (k, dim)``; ``scales`` are standard deviations ``(k, dim)`` or the lower Cholesky
    factors of the covariances ``(k, dim, dim)``.
    """

    weights: FloatArray
    means: FloatArray
    scales: FloatArray

    def sample(self, count: int, rng: np.random.Generator, truncation: float = 1.0) -> FloatArray:
        """Draw codes ``(count, dim)``; ``truncation`` scales the spread within each component."""
        weights = self.weights.astype(np.float64)
        component = rng.choice(len(weights), size=count, p=weights / weights.sum())
        noise = rng.standard_normal((count, self.means.shape[1])) * truncation
        scales = self.scales[component]
        spread = scales * noise if scales.ndim == 2 else (scales @ noise[..., None])[..., 0]
        return (self.means[component] + spread).astype(np.float32)


@dataclass(frozen=True, eq=False, slots=True)
class LatentSpec:
    """The latent space of a generator.

    Attributes
    ----------
    dim : int
        Number of dimensions.
    prior : "normal" or "uniform"
        Standard normal, or uniform in [-1, 1].
    mean, std : float32 (dim,)
        Of the codes of the training data where known, else of the prior. The natural scale of each slider.
    importance : float32 (dim,) or None
        Mean absolute change of the picture, as a share of the full range, for one standard deviation of each dimension.
    mixture : Mixture or None
        Where the encoded data lie; random codes come from it.
    names : tuple of str
        One name per dimension, or empty.
    spaces : tuple of str
        The spaces a code may live in; the first is the one that `decode` takes.
    draw : callable or None
        How many codes, random numbers and a truncation to codes ``(count, dim)``, where random codes follow no formula.
    layers : tuple of LatentLayer
        Which numbers of a code reach which layer of the network, first to last; empty where every number reaches all.
    shared : bool
        Whether the layers' codes are all of one space, so that the same number of each means the same: w+.
    noise : int
        How many numbers at the end of a code say what noise a picture has, and are no coordinates: 0, or 2 for its
        strength and its turn. Their mean is the noise that the network was saved with.
    """

    dim: int
    mean: FloatArray
    std: FloatArray
    prior: Literal["normal", "uniform"] = "normal"
    importance: FloatArray | None = None
    mixture: Mixture | None = None
    names: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ("z",)
    draw: Callable[[int, np.random.Generator, float], FloatArray] | None = None
    layers: tuple[LatentLayer, ...] = ()
    shared: bool = False
    noise: int = 0

    def name(self, index: int) -> str:
        """The name of a dimension, counted from 1 where it has none of its own."""
        return self.names[index] if index < len(self.names) else f"z{index + 1}"

    def sample(self, count: int, seed: int | np.random.Generator, truncation: float = 1.0) -> FloatArray:
        """Draw codes ``(count, dim)``: by `draw`, from the data's mixture where it is known, or from the prior."""
        rng = np.random.default_rng(seed)
        if self.draw is not None:
            return self.draw(count, rng, truncation)
        if self.mixture is not None:
            return self.mixture.sample(count, rng, truncation)
        if self.prior == "uniform":
            return (rng.uniform(-1.0, 1.0, (count, self.dim)) * truncation).astype(np.float32)
        return (rng.standard_normal((count, self.dim)) * truncation).astype(np.float32)

    def order(self) -> NDArray[np.intp]:
        """Dimensions from the one that changes the picture most to the one that changes it least."""
        if self.importance is None:
            return np.arange(self.dim)
        return np.argsort(-self.importance, kind="stable")

    def check(self, codes: object) -> FloatArray:
        """Return ``codes`` as float32 ``(n, dim)``; those without the numbers of the noise get the usual ones.

        Raises
        ------
        GeneratorError
            If the shape does not fit this space or a value is not finite.
        """
        try:
            array = np.asarray(codes)
        except ValueError:  # rows of different lengths
            array = np.empty(0, dtype=object)
        if array.dtype.kind not in "fiub":
            raise GeneratorError("These latents are not numbers; give a float array of shape (n, dim).")
        with np.errstate(over="ignore"):  # what is beyond float32 becomes infinite, and is refused below
            array = array.astype(np.float32, copy=False)
        if array.ndim == 1:
            array = array[None]
        if self.noise and array.ndim == 2 and array.shape[1] == self.dim - self.noise:
            usual = np.broadcast_to(self.mean[-self.noise :], (len(array), self.noise))
            array = np.concatenate([array, usual], axis=1)
        if array.ndim != 2 or array.shape[1] != self.dim:
            given = str(array.shape[1]) if array.ndim == 2 else "x".join(map(str, array.shape)) or "a single number"
            raise GeneratorError(
                f"This generator takes latents of {self.dim} numbers and was given {given}; "
                f"give {self.dim} values per picture."
            )
        if not np.isfinite(array).all():
            raise GeneratorError("These latents hold values that are not finite numbers; replace NaN and infinity.")
        return np.ascontiguousarray(array)


@dataclass(frozen=True, eq=False, slots=True)
class GeneratorInfo:
    """What is known of a generator without asking it for a picture.

    ``reading`` says of a file of another program how it is read, and how sure that is.
    """

    path: Path
    format: str
    family: str
    latent: LatentSpec
    image_size: int
    channels: int
    classes: tuple[str, ...]
    parameters: int
    encoder: bool
    sha256: str
    training: Mapping[str, Any] = field(default_factory=dict)
    reading: str = ""

    @property
    def name(self) -> str:
        """The file's name without its ending: what the window calls this generator."""
        return self.path.stem

    @property
    def read_as(self) -> str:
        """The family and the reading of a file of another program, in a few words; empty of one that says it itself."""
        return f"{self.family}, {self.reading}" if self.reading else ""

    @property
    def conditional(self) -> bool:
        """Whether the last numbers of a code are the weights of the classes."""
        return bool(self.classes) and self.latent.names[-len(self.classes) :] == self.classes

    @property
    def free(self) -> int:
        """How many numbers of a code are coordinates: all but the noise and the weights of classes, at its end."""
        return self.latent.dim - self.latent.noise - (len(self.classes) if self.conditional else 0)

    def shares_codes_with(self, other: GeneratorInfo) -> bool:
        """Whether a code means the same to both: one network, and the same of its spaces."""
        return (self.sha256, self.latent.dim, self.latent.spaces[0]) == (
            other.sha256,
            other.latent.dim,
            other.latent.spaces[0],
        )

    def labelled(self, codes: FloatArray, label: str) -> FloatArray:
        """Codes ``(n, dim)`` with the weights of the classes set to one class alone.

        Raises
        ------
        GeneratorError
            If this generator is not class-conditional, or has no such class.
        """
        if not self.conditional:
            raise GeneratorError(f"{self.path.name} is not class-conditional, so --label has no meaning for it.")
        if label not in self.classes:
            raise GeneratorError(f"{self.path.name} knows no class {label!r}; use one of {', '.join(self.classes)}.")
        result = codes.copy()
        result[:, -len(self.classes) :] = [float(name == label) for name in self.classes]
        return result

    def as_json(self) -> dict[str, Any]:
        """The object that ``dinoexplorer info --json`` prints."""
        return {
            "format": self.format,
            "family": self.family,
            "latent": {
                "dim": self.latent.dim,
                "prior": self.latent.prior,
                "spaces": list(self.latent.spaces),
                **({"layers": [layer.name for layer in self.latent.layers]} if self.latent.layers else {}),
            },
            "image": {"size": self.image_size, "channels": self.channels},
            "classes": list(self.classes),
            "parameters": self.parameters,
            "encoder": self.encoder,
            "sha256": self.sha256,
            "training": dict(self.training),
            **({"reading": self.reading} if self.reading else {}),
        }


class Generator(Protocol):
    """A loaded model that decodes latent codes to images; it may also encode.

    Calls from several threads at once are allowed: nothing of a generator changes after it was opened but, through
    `speed_up`, how fast `decode_frame` is.
    """

    @property
    def info(self) -> GeneratorInfo: ...

    @property
    def device(self) -> str:
        """Where it runs, as torch names it: "cpu", "cuda:0", "mps"."""
        ...

    @property
    def runtime(self) -> str:
        """How it runs, for the status bar: "folded, channels_last", "OpenVINO"."""
        ...

    def decode(self, codes: FloatArray) -> ByteArray:
        """Codes ``(n, dim)`` to images ``(n, size, size, 3)``, in batches: the exact path, for files and exports.

        Raises
        ------
        GeneratorError
            If the codes do not fit, or the device failed (out of memory names the way out).
        """
        ...

    def decode_frame(self, code: FloatArray, side: int, *, smooth: bool) -> ByteArray:
        """One code ``(dim,)`` to a picture for the screen, RGBX ``(side, side, 4)``: the live path.

        Scaled, clamped and converted on the device. ``smooth`` is bicubic; otherwise every pixel becomes a square.
        """
        ...

    def speed_up(self) -> None:
        """Look for a faster runtime for `decode_frame` and use it from then on; may take seconds, so call it aside."""
        ...

    def encode(self, images: ByteArray) -> FloatArray:
        """Images ``(n, size, size, 3)`` to the means of their codes ``(n, dim)``.

        Raises
        ------
        GeneratorError
            If this generator has no encoder.
        """
        ...
