"""Networks as after a training, and how their pictures are compared with those of a reading."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.reading import Built


def contents_of(state: dict[str, torch.Tensor]) -> Contents:
    return Contents(Path("net.pt"), "PyTorch checkpoint", {name: tensor.detach() for name, tensor in state.items()})


def remembered(net: nn.Module, codes_shape: tuple[int, ...], seed: int, *, uniform: bool = False) -> nn.Module:
    """The network as after a training: its normalisations have seen codes, and its pictures use the whole range."""
    source = torch.Generator().manual_seed(seed)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.weight.data = torch.empty_like(module.weight).uniform_(0.5, 1.5, generator=source)
            module.bias.data = torch.empty_like(module.bias).normal_(0, 0.4, generator=source)
    net.train()
    with torch.no_grad():
        for _ in range(60):
            codes = torch.rand(32, *codes_shape, generator=source) * 2 - 1 if uniform else torch.randn(
                32, *codes_shape, generator=source)  # fmt: skip
            net(codes)
    return net.eval()


def difference(built: Built, net: nn.Module, codes: torch.Tensor, shaped: tuple[int, ...] | None = None) -> float:
    """Mean absolute difference of the pictures, in grey levels."""
    with torch.inference_mode():
        wanted = net(codes.reshape(len(codes), *shaped) if shaped else codes)
        return float((built.decoder(codes) - wanted.reshape(built.decoder(codes).shape)).abs().mean()) * 127.5
