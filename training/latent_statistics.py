"""What a trained autoencoder's latent space looks like: saved with every checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor

from training.batches import Batches
from training.mixture import fit_mixture
from training.models.blocks import Autoencoder

Tick = Callable[[str, int, int], None]
_DECODES = 512
_BATCH = 64


@torch.no_grad()
def latent_statistics(
    model: Autoencoder, batches: Batches, rows: Tensor, *, seed: int, tick: Tick
) -> dict[str, Tensor]:
    """Encode pictures and describe where their codes lie.

    Parameters
    ----------
    model
        Autoencoder in evaluation mode.
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
    mixture = fit_mixture(codes.cpu().double().numpy(), seed=seed)
    statistics = {
        "mean": mean,
        "std": std,
        "importance": _importance(model, codes, std, tick),
        "components": components,
        "explained": explained,
        "mixture.weights": torch.from_numpy(mixture.weights),
        "mixture.means": torch.from_numpy(mixture.means),
        "mixture.scales": torch.from_numpy(mixture.scales),
    }
    return {f"latent.{name}": value.float().cpu() for name, value in statistics.items()}


def _encode(model: Autoencoder, batches: Batches, rows: Tensor, tick: Tick) -> Tensor:
    codes = []
    for start in range(0, len(rows), _BATCH):
        codes.append(model.encoder(batches.take(rows[start : start + _BATCH]))[0].float())
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


def _importance(model: Autoencoder, codes: Tensor, std: Tensor, tick: Tick) -> Tensor:
    dim = codes.shape[1]
    places = np.linspace(0, len(codes) - 1, num=int(np.clip(_DECODES // (2 * dim), 1, 16)), dtype=int)
    bases = codes[torch.from_numpy(np.unique(places)).to(codes.device)]
    changes = []
    for axis in range(dim):
        step = torch.zeros_like(bases)
        step[:, axis] = std[axis]
        difference = model.decoder(bases + step).float() - model.decoder(bases - step).float()
        changes.append(difference.abs().mean() / 4.0)  # two deviations apart, and pictures span 2
        tick("measuring latent dimensions", axis + 1, dim)
    return torch.stack(changes)


def draw_codes(statistics: Mapping[str, Tensor], count: int, *, seed: int) -> Tensor:
    """Random codes (count, dim) from the mixture in a checkpoint's tensors: like the training data, but new."""
    generator = torch.Generator().manual_seed(seed)
    means, scales = statistics["latent.mixture.means"].cpu(), statistics["latent.mixture.scales"].cpu()
    chosen = torch.multinomial(statistics["latent.mixture.weights"].cpu(), count, replacement=True, generator=generator)
    noise = torch.randn(count, means.shape[1], generator=generator)
    spread = noise * scales[chosen] if scales.ndim == 2 else (scales[chosen] @ noise[..., None])[..., 0]
    return means[chosen] + spread
