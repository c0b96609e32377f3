"""What a trained model's latent space looks like: saved with every checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from training.background import in_background
from training.batches import Batches
from training.mixture import fit_by_class

Tick = Callable[[str, int, int], None]
_DECODES = 512
_BATCH = 64


@torch.no_grad()
def encoded_statistics(model: nn.Module, batches: Batches, rows: Tensor, *, seed: int, tick: Tick) -> dict[str, Tensor]:
    """Encode pictures and describe where their codes lie.

    Parameters
    ----------
    model
        With `encoder` and `decoder`, in evaluation mode.
    rows
        Indices of the pictures to encode.
    tick
        Called between batches as `tick(what, done, total)`.

    Returns
    -------
    dict of float32 tensors
        `latent.mean`, `latent.std` (dim,): of the encoded means. `latent.importance` (dim,): mean absolute change of
        the picture, as a share of the full range, when the dimension moves by one deviation either way.
        `latent.components` (k, dim), `latent.explained` (k,): principal axes and their share of the variance.
        `latent.mixture.weights` (m,), `.means` (m, dim), `.scales` (m, dim, dim) lower Cholesky factors or (m, dim)
        deviations: a Gaussian mixture of the encoded means, the aggregate posterior to draw random samples from.
    """
    codes = _encode(model, batches, rows, tick)
    mean, std = codes.mean(0), codes.std(0, unbiased=False)
    components, explained = _principal_axes(codes - mean)
    points = codes.cpu().double().numpy()
    labels = batches.take_labels(rows)
    mixture = in_background(lambda: fit_by_class(points, labels, seed=seed), lambda: tick("fitting the mixture", 0, 1))
    statistics = {
        "mean": mean,
        "std": std,
        "importance": _importance(model, codes, std, range(codes.shape[1]), tick),
        "components": components,
        "explained": explained,
        "mixture.weights": torch.from_numpy(mixture.weights),
        "mixture.means": torch.from_numpy(mixture.means),
        "mixture.scales": torch.from_numpy(mixture.scales),
    }
    return _named(statistics)


@torch.no_grad()
def prior_statistics(model: nn.Module, codes: Tensor, *, classes: int, tick: Tick) -> dict[str, Tensor]:
    """Describe the latent space of a model without an encoder, from codes of its prior.

    Parameters
    ----------
    model
        With `decoder`, in evaluation mode.
    codes
        float32 (n, dim) from the prior; the last `classes` of the dimensions are weights of the classes.

    Returns
    -------
    dict of float32 tensors
        `latent.mean`, `latent.std`, `latent.importance` as in `encoded_statistics`. With classes also the mixture of
        them: one component each, at its one-hot weights without spread there, so that a random code is of a pure class.
    """
    mean, std = codes.mean(0), codes.std(0, unbiased=False)
    dim = codes.shape[1] - classes
    importance = torch.zeros(codes.shape[1], device=codes.device)
    importance[:dim] = _importance(model, codes, std, range(dim), tick)
    importance[dim:] = _class_importance(model, codes, classes, tick)
    statistics = {"mean": mean, "std": std, "importance": importance}
    if classes:
        statistics["mixture.weights"] = torch.full((classes,), 1.0 / classes)
        statistics["mixture.means"] = torch.cat([mean[:dim].expand(classes, dim).cpu(), torch.eye(classes)], 1)
        statistics["mixture.scales"] = torch.cat(
            [std[:dim].expand(classes, dim).cpu(), torch.zeros(classes, classes)], 1
        )
    return _named(statistics)


def _named(statistics: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"latent.{name}": value.float().cpu() for name, value in statistics.items()}


def _encode(model: nn.Module, batches: Batches, rows: Tensor, tick: Tick) -> Tensor:
    encoder, codes = model.get_submodule("encoder"), []
    for start in range(0, len(rows), _BATCH):
        codes.append(encoder(batches.take(rows[start : start + _BATCH]).images)[0].float())
        tick("encoding pictures", start + len(codes[-1]), len(rows))
    return torch.cat(codes)


def _principal_axes(centred: Tensor) -> tuple[Tensor, Tensor]:
    """Rows of unit length with the largest entry positive, and their share of the variance, largest first."""
    count, dim = centred.shape
    kept = min(dim, max(1, count - 1))
    points = centred.cpu().double()
    values, vectors = torch.linalg.eigh(points.T @ points / count)
    values, axes = values.flip(0)[:kept].clamp_min(0), vectors.flip(1).T[:kept]
    largest = axes.gather(1, axes.abs().argmax(1, keepdim=True))
    total = values.sum()
    return axes * torch.where(largest < 0, -1.0, 1.0), values / total if total > 0 else values


def _importance(model: nn.Module, codes: Tensor, std: Tensor, axes: Sequence[int], tick: Tick) -> Tensor:
    bases = _bases(codes, len(axes))
    changes = []
    for axis in axes:
        step = torch.zeros_like(bases)
        step[:, axis] = std[axis]
        changes.append(_change(model, bases - step, bases + step))
        tick("measuring latent dimensions", axis + 1, len(axes))
    return torch.stack(changes)


def _class_importance(model: nn.Module, codes: Tensor, classes: int, tick: Tick) -> Tensor:
    """The same for class weights: how far the pictures of this class lie from those of the next."""
    bases, dim = _bases(codes, max(classes, 1)), codes.shape[1] - classes
    changes = codes.new_zeros(classes)
    for place in range(classes):
        one, other = bases.clone(), bases.clone()
        one[:, dim:], other[:, dim:] = 0.0, 0.0
        one[:, dim + place], other[:, dim + (place + 1) % classes] = 1.0, 1.0
        changes[place] = _change(model, one, other)
        tick("measuring classes", place + 1, classes)
    return changes


def _bases(codes: Tensor, axes: int) -> Tensor:
    places = np.linspace(0, len(codes) - 1, num=int(np.clip(_DECODES // (2 * axes), 1, 16)), dtype=int)
    return codes[torch.from_numpy(np.unique(places)).to(codes.device)]


def _change(model: nn.Module, one: Tensor, other: Tensor) -> Tensor:
    """Mean absolute difference as a share of the full range; halved, as the two lie two deviations apart."""
    decoder = model.get_submodule("decoder")
    change: Tensor = (decoder(one).float() - decoder(other).float()).abs().mean() / 4.0
    return change


def draw_codes(statistics: Mapping[str, Tensor], count: int, *, seed: int) -> Tensor:
    """Random codes (count, dim) from a checkpoint's tensors: from its mixture (like the training data, but new), or
    where it has none from a normal distribution with its mean and deviation.
    """
    generator = torch.Generator().manual_seed(seed)
    if "latent.mixture.means" not in statistics:
        mean, std = statistics["latent.mean"].cpu(), statistics["latent.std"].cpu()
        return mean + std * torch.randn(count, len(mean), generator=generator)
    means, scales = statistics["latent.mixture.means"].cpu(), statistics["latent.mixture.scales"].cpu()
    chosen = torch.multinomial(statistics["latent.mixture.weights"].cpu(), count, replacement=True, generator=generator)
    noise = torch.randn(count, means.shape[1], generator=generator)
    spread = noise * scales[chosen] if scales.ndim == 2 else (scales[chosen] @ noise[..., None])[..., 0]
    return means[chosen] + spread
