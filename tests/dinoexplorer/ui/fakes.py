"""A generator without torch: a coloured disc whose place, size and colour follow the code."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec
from dinoexplorer.generators.latent_layers import layers_of
from dinoexplorer.latent.latent_map import LatentMap, map_path, write_map

CLASSES = ("Tyrannosaurus", "Brachiosaurus", "Stegosaurus", "Triceratops", "Ankylosaurus", "Pteranodon")

_MARK = "fake checkpoint "  # a file that begins like JSON is a document


class FakeGenerator:
    """Decodes with numpy. A first value above 90 fails; ``gate`` holds every decode until it is set.

    With ``layers`` its codes are a style for each, and behind them two numbers of noise, as in w+.
    """

    runtime = "fake"

    def __init__(
        self, path: Path, dim: int, size: int = 64, hue: float = 0.0, device: str = "cpu", *, encoder: bool = False,
        layers: int = 0,
    ) -> None:  # fmt: skip
        rng = np.random.default_rng(dim)
        spec = LatentSpec(
            dim,
            (0.1 * rng.standard_normal(dim)).astype(np.float32),
            (0.5 + rng.random(dim)).astype(np.float32),
            importance=np.exp(-np.arange(dim) / max(dim / 4, 1)).astype(np.float32)[rng.permutation(dim)] * 0.1,
        )
        if layers:
            spec = by_layers(spec, layers)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        self.info = GeneratorInfo(path, "fake", "disc", spec, size, 3, CLASSES, 12_345, encoder, sha256)
        self.gate = threading.Event()
        self.gate.set()
        self.decoded: list[np.ndarray] = []
        self._hue = hue
        self.device = device

    def decode(self, codes: np.ndarray) -> np.ndarray:
        codes = self.info.latent.check(codes)
        if codes[0, 0] > 90:
            raise GeneratorError("The device has no memory left for this picture; choose the CPU.")
        return np.stack([self._draw(code) for code in codes])

    def decode_frame(self, code: np.ndarray, side: int, *, smooth: bool) -> np.ndarray:  # noqa: ARG002
        self.gate.wait(20)
        self.decoded.append(code)
        image = self.decode(code[None])[0]
        index = np.arange(side) * image.shape[0] // side
        frame = np.full((side, side, 4), 255, np.uint8)
        frame[..., :3] = image[index][:, index]
        return frame

    def speed_up(self) -> None:
        pass

    def encode(self, images: np.ndarray) -> np.ndarray:
        if not self.info.encoder:
            raise GeneratorError("This generator has no encoder.")
        colours = images.mean(axis=(1, 2)) / 128 - 1
        return np.resize(colours, (len(images), self.info.latent.dim)).astype(np.float32)

    def _draw(self, code: np.ndarray) -> np.ndarray:
        size = self.info.image_size
        values = np.tanh(np.resize(code, 5) / 2)
        y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
        inside = (x - 0.5 * values[0]) ** 2 + (y + 0.5 * values[1]) ** 2 < (0.35 + 0.15 * values[2]) ** 2
        image = np.zeros((size, size, 3))
        image[...] = (0.85, 0.80 + self._hue / 10, 0.7 - 0.2 * y[..., None].mean())
        image[inside] = 0.5 + 0.4 * values[2:5]
        return (image * 255).astype(np.uint8)


def open_fake(path: Path, device: str) -> FakeGenerator:
    """Open what `write_fake` wrote."""
    if device == "cuda:1":
        raise GeneratorError(f"{path.name} does not fit into the memory of cuda:1; choose another device.")
    try:
        content = json.loads(path.read_text().removeprefix(_MARK))
    except FileNotFoundError:
        raise GeneratorError(f"{path} is not there; choose a file that is.") from None
    except ValueError:
        raise GeneratorError(f"{path.name} is a text file, not a checkpoint; choose a .safetensors file.") from None
    more = {"encoder": content["encoder"], "layers": content.get("layers", 0)}
    return FakeGenerator(path, content["dim"], content["size"], content["hue"], device, **more)


def by_layers(spec: LatentSpec, count: int) -> LatentSpec:
    """The same number of dimensions as so many layers of one space, of 4, 8, ... pixels, and two numbers of noise."""
    width = (spec.dim - 2) // count
    layers = layers_of([4 << place for place in range(count)], width)
    names = tuple(f"w{number + 1} {layer.name}" for layer in layers for number in range(width))
    return replace(
        spec, mean=np.concatenate([np.zeros(spec.dim - 2), [1, 0]]).astype(np.float32), importance=None,
        names=(*names, "noise", "turn"), layers=layers, shared=True, noise=2, spaces=("w+", "w", "z"),
    )  # fmt: skip


def write_fake(
    path: Path,
    dim: int = 2,
    *,
    points: int = 600,
    size: int = 64,
    method: str = "",
    hue: float = 0.0,
    classes: tuple[str, ...] = CLASSES,
    encoder: bool = False,
    layers: int = 0,
) -> Path:
    """Write a file that `open_fake` opens, with a map beside it unless ``points`` is 0."""
    path.write_text(_MARK + json.dumps({"dim": dim, "size": size, "hue": hue, "encoder": encoder, "layers": layers}))
    if points:
        write_map(
            map_path(path),
            fake_map(open_fake(path, "cpu"), points, method or ("plane" if dim == 2 else "pca"), classes),
        )
    return path


def fake_map(generator: FakeGenerator, points: int, method: str, classes: tuple[str, ...] = CLASSES) -> LatentMap:
    """Clusters of codes, one for each class, with thumbnails."""
    rng, spec = np.random.default_rng(3), generator.info.latent
    labels = (np.arange(points) % len(classes)).astype(np.int32)
    angle = labels * (2 * np.pi / len(classes))
    latents = rng.standard_normal((points, spec.dim)) * 0.45
    latents[:, 0] += 1.9 * np.cos(angle)
    latents[:, 1] += 1.5 * np.sin(angle)
    latents = (latents + spec.mean).astype(np.float32)
    inverse = {}
    xy = latents[:, :2]
    if method == "pca":
        mean = latents.mean(axis=0)
        axes = np.linalg.svd(latents - mean, full_matrices=False)[2][:2].astype(np.float32)
        xy = (latents - mean) @ axes.T
        inverse = {"mean": mean, "axes": axes}
    thumbnails = generator.decode(latents)[:, ::2, ::2] if points <= 20_000 else np.zeros((0, 1, 1, 3), np.uint8)
    return LatentMap(latents, xy, labels, classes, thumbnails, method, generator.info.sha256, inverse)
