"""Small networks in the layouts of four writers: names and shapes as in their files, numbers from a seed."""

from __future__ import annotations

import numpy as np
import torch

KERNEL = np.array([[1, 2, 3, 1], [2, 5, 6, 2], [3, 7, 8, 1], [1, 2, 2, 1]])
"""Not symmetrical, unlike the writers' own, so that one turned the wrong way round shows."""


def nvidia_shapes(*, size=16, z=6, w=8, depth=2, classes=0, channels=3, widths=(10, 8, 6), architecture="skip"):
    shapes = nvidia_mapping(z, w, depth, classes)
    for place, width in enumerate(widths[: size.bit_length() - 2]):
        side, block = 4 << place, f"synthesis.b{4 << place}"
        shapes[f"{block}.resample_filter"] = (4, 4)
        if place == 0:
            shapes[f"{block}.const"] = (width, 4, 4)
        else:
            shapes |= nvidia_convolution(f"{block}.conv0", widths[place - 1], width, w, side)
            if architecture == "resnet":
                shapes |= {f"{block}.skip.weight": (width, widths[place - 1], 1, 1)}
                shapes |= {f"{block}.skip.resample_filter": (4, 4)}
        shapes |= nvidia_convolution(f"{block}.conv1", width, width, w, side)
        if architecture == "skip" or side == size:
            shapes |= {f"{block}.torgb.weight": (channels, width, 1, 1), f"{block}.torgb.bias": (channels,)}
            shapes |= dense(f"{block}.torgb.affine", w, width)
    return shapes


def nvidia_mapping(z, w, depth, classes):
    shapes = {"mapping.w_avg": (w,)} | (dense("mapping.embed", classes, w) if classes else {})
    for place in range(depth):
        shapes |= dense(f"mapping.fc{place}", w if place else z + (w if classes else 0), w)
    return shapes


def nvidia_convolution(name, before, after, w, side):
    return {
        f"{name}.weight": (after, before, 3, 3), f"{name}.bias": (after,), f"{name}.noise_const": (side, side),
        f"{name}.noise_strength": (), f"{name}.resample_filter": (4, 4), **dense(f"{name}.affine", w, before),
    }  # fmt: skip


def stylegan3_shapes(*, rotating=False, classes=0):
    """Six layers for pictures of 32 pixels: L0_36_12 and so on, as the writer names and sizes them."""
    shapes = nvidia_mapping(6, 8, 2, classes)
    shapes |= {"synthesis.input.weight": (12, 12), "synthesis.input.freqs": (12, 2), "synthesis.input.phases": (12,)}
    shapes |= {"synthesis.input.transform": (3, 3)} | dense("synthesis.input.affine", 8, 4)
    layers = [(36, 12, 12, 12), (36, 12, 12, 12), (52, 12, 24, 12), (52, 12, 12, 12), (52, 12, 12, 12),
              (32, 12, 12, 12), (32, 3, 0, 0)]  # fmt: skip
    kernel = 1 if rotating else 3
    for number, (size, channels, up, down) in enumerate(layers):
        last, name = number == len(layers) - 1, f"synthesis.L{number}_{size}_{channels}"
        side = 1 if last else kernel
        shapes |= {f"{name}.weight": (channels, 12, side, side), f"{name}.bias": (channels,)}
        shapes |= {f"{name}.magnitude_ema": ()} | dense(f"{name}.affine", 8, 12)
        critical = number >= len(layers) - 3
        if up:
            shapes[f"{name}.up_filter"] = (up,)
            shapes[f"{name}.down_filter"] = (down, down) if rotating and not critical else (down,)
    return shapes


def rosinality_shapes(*, w=8, depth=2, widths=(10, 8, 6), noises=True):
    shapes = {"input.input": (1, widths[0], 4, 4)}
    for place in range(1, depth + 1):
        shapes |= dense(f"style.{place}", w, w)
    shapes |= rosinality_convolution("conv1", widths[0], widths[0], w) | rosinality_rgb("to_rgb1", widths[0], w)
    for place, width in enumerate(widths[1:]):
        first, second = f"convs.{2 * place}", f"convs.{2 * place + 1}"
        shapes |= rosinality_convolution(first, widths[place], width, w) | {f"{first}.conv.blur.kernel": (4, 4)}
        shapes |= rosinality_convolution(second, width, width, w)
        shapes |= rosinality_rgb(f"to_rgbs.{place}", width, w) | {f"to_rgbs.{place}.upsample.kernel": (4, 4)}
    for number in range(2 * len(widths) - 1 if noises else 0):
        side = 4 << (number + 1) // 2
        shapes[f"noises.noise_{number}"] = (1, 1, side, side)
    return shapes


def rosinality_convolution(name, before, after, w):
    return {
        f"{name}.conv.weight": (1, after, before, 3, 3), **dense(f"{name}.conv.modulation", w, before),
        f"{name}.noise.weight": (1,), f"{name}.activate.bias": (after,),
    }  # fmt: skip


def rosinality_rgb(name, width, w):
    shapes = {f"{name}.bias": (1, 3, 1, 1), f"{name}.conv.weight": (1, 3, width, 1, 1)}
    return shapes | dense(f"{name}.conv.modulation", w, width)


def lucidrains_shapes(*, w=8, depth=2, widths=(10, 8, 6), attention=(), transparent=False, from_w=False):
    shapes = {}
    for place in range(depth):
        shapes |= dense(f"SE.net.{2 * place}", w, w)
    first = widths[0]
    shapes |= {"GE.to_initial_block.weight": (w, first, 4, 4)} if from_w else {"GE.initial_block": (1, first, 4, 4)}
    shapes |= {"GE.initial_conv.weight": (first, first, 3, 3), "GE.initial_conv.bias": (first,)}
    for place, width in enumerate(widths):
        before, block = widths[max(place - 1, 0)], f"GE.blocks.{place}"
        for number, inner in ((1, before), (2, width)):
            shapes |= dense(f"{block}.to_style{number}", w, inner) | dense(f"{block}.to_noise{number}", 1, width)
            shapes[f"{block}.conv{number}.weight"] = (width, inner, 3, 3)
        shapes |= dense(f"{block}.to_rgb.to_style", w, width)
        shapes[f"{block}.to_rgb.conv.weight"] = (4 if transparent else 3, width, 1, 1)
        if place < len(widths) - 1:
            shapes[f"{block}.to_rgb.upsample.1.f"] = (3,)
        if place in attention:
            shapes |= lucidrains_attention(f"GE.attns.{place}", before)
    return {f"GAN.{name}": shape for name, shape in shapes.items()}


def lucidrains_attention(name, width):
    inner = f"{name}.0.fn.fn"
    shapes = {f"{inner}.to_q.weight": (512, width, 1, 1), f"{inner}.to_kv.net.0.weight": (width, 1, 3, 3)}
    shapes |= {f"{inner}.to_kv.net.1.weight": (1024, width, 1, 1), f"{inner}.to_out.weight": (width, 512, 1, 1)}
    shapes |= {f"{inner}.to_out.bias": (width,), f"{name}.1.fn.fn.0.weight": (2 * width, width, 1, 1)}
    shapes |= {f"{name}.1.fn.fn.0.bias": (2 * width,), f"{name}.1.fn.fn.2.weight": (width, 2 * width, 1, 1)}
    shapes |= {f"{name}.1.fn.fn.2.bias": (width,)}
    norms = {f"{name}.{place}.fn.norm.{part}": (1, width, 1, 1) for place in (0, 1) for part in "gb"}
    return shapes | norms


def dense(name, before, after):
    return {f"{name}.weight": (after, before), f"{name}.bias": (after,)}


def filled(shapes, seed=0):
    """The tensors, by their names in alphabetical order, from NumPy's generator of this seed."""
    rng = np.random.default_rng(seed)
    return {name: torch.tensor(_values(name, shapes[name], rng), dtype=torch.float32) for name in sorted(shapes)}


def _values(name, shape, rng):
    drawn = rng.standard_normal(shape)
    for end, value in _FIXED.items():
        if name.endswith(end):
            return value
    if name.endswith(("up_filter", "down_filter")):
        return (1 + 0.5 * drawn) / np.prod(shape)
    if name.endswith("magnitude_ema"):
        return 0.5 + np.abs(drawn)
    return drawn * next((scale for part, scale in _SCALES if part in name), 1.0)


_FIXED = {
    "resample_filter": KERNEL / KERNEL.sum(), ".blur.kernel": 4 * KERNEL / KERNEL.sum(),
    ".upsample.kernel": 4 * KERNEL / KERNEL.sum(), "upsample.1.f": np.array([1.0, 2.0, 1.0]), "transform": np.eye(3),
}  # fmt: skip
_SCALES = (
    ("mapping.fc0.weight", 100), ("mapping.fc1.weight", 100), ("style.1.weight", 100), ("style.2.weight", 100),
    (".to_rgb.conv", 0.02), ("w_avg", 0.2), ("mapping.", 1), ("affine.bias", 1), ("torgb.bias", 0.1),
    ("torgb.affine", 0.3), ("L6_32_3.affine", 1.5), ("to_rgb", 0.2), ("noise", 0.2), ("conv1.weight", 0.3),
    ("bias", 0.3),
)  # fmt: skip


def codes(dim, count=2, seed=1):
    return np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
