"""Whether a dragged point arrives where a nearby picture of the same generator has it, and how many steps a second.

Targets are made by decoding a code near that of each picture and finding a point of the picture there again, so each
is known to be within reach.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from dinoexplorer.generators import open_generator
from dinoexplorer.generators.differentiable import Differentiable, differentiable
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.shaping.drag import Drag, dragged_layer
from dinoexplorer.latent.shaping.handle import Handle
from dinoexplorer.latent.shaping.tracking import features_at, followed, square_around
from dinoexplorer.resources import resource_path
from tests.benchmarks import Bar, Report

_ARRIVED = 90.0  # percent of points
_NEAR = 2 / 128  # of the picture's side
_ASIDE = 0.5  # deviations from each code to the one nearby
_POINTS, _STAGES = 200, 12


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", type=Path, default=resource_path("checkpoints", "dinosaurs.safetensors"))
    parser.add_argument("--count", type=int, default=12, help="how many pictures")
    parser.add_argument("--steps", type=int, default=100, help="of each drag at most")


def measure(options: argparse.Namespace) -> Report:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _measure(options)
    finally:
        torch.set_num_threads(threads)


def _measure(options: argparse.Namespace) -> Report:
    way = differentiable(open_generator(options.checkpoint))
    size = way.info.image_size
    lengths, ends, steps, seconds = [], [], 0, 0.0
    for seed in range(options.count):
        code, handle = reachable(way, seed)
        if handle is None:
            continue
        began = time.process_time()
        drag = Drag(way, code, [handle], steps=options.steps)
        state = drag.step()
        while not state.finished:
            state = drag.step()
        seconds += time.process_time() - began
        steps += state.step + 1
        lengths.append(float(np.hypot(*np.subtract(handle.target, handle.start))))
        ends.append(state.best_distance)
    report = Report("drag", {"checkpoint": str(options.checkpoint), "picture": f"{size} px", "drags": len(ends)})
    if ends:
        report.figures |= {
            "layer": dragged_layer(way).name,
            "distance before, median (px)": float(np.median(lengths)),
            "distance after, median (px)": float(np.median(ends)),
            "steps a drag": steps / len(ends),
            "CPU ms a step, one core": 1000 * seconds / steps,
            "steps a second of one core": steps / seconds,
        }
        arrived = 100 * float(np.mean(np.array(ends) < _NEAR * size))
        report.bars.append(Bar(f"points within {_NEAR * size:g} px", arrived, _ARRIVED, "%", at_most=False))
    return report


def reachable(way: Differentiable, seed: int) -> tuple[FloatArray, Handle | None]:
    """A code, and a point of its picture with where a nearby picture has it; None where no point is surely found."""
    rng, spec, size = np.random.default_rng(seed), way.info.latent, way.info.image_size
    here = spec.sample(1, seed)[0]
    there = (here + _ASIDE * spec.std * rng.standard_normal(spec.dim)).astype(np.float32)
    places = torch.from_numpy(rng.uniform(0.2 * size, 0.8 * size, (_POINTS, 2)).astype(np.float32))
    ends = _followed(way, here, there, places)
    back = _followed(way, there, here, ends)
    moved = (ends - places).norm(dim=1) * 128 / size
    good = ((back - places).norm(dim=1) < size / 128) & (moved > 4) & (moved < 20)
    if not good.any():
        return here, None
    row = int(torch.where(good, moved, torch.zeros(())).argmax())
    start, end = (places[row].tolist(), ends[row].tolist())
    return here, Handle((start[0], start[1]), (end[0], end[1]))


def _followed(way: Differentiable, here: FloatArray, there: FloatArray, places: torch.Tensor) -> torch.Tensor:
    """Where points are in a nearby picture: looked for in each of several on the line between the codes."""
    size, layer = way.info.image_size, dragged_layer(way).name
    window = square_around(8, size / 256, way.device)
    looks = None
    with torch.inference_mode():
        for share in np.linspace(0, 1, _STAGES + 1, dtype=np.float32):
            code = torch.from_numpy((here + (there - here) * share)[None]).to(way.device)
            features = way.decode_with_features(code, layer)[1]
            if looks is None:
                looks = features_at(features, places[:, None], size)[:, 0]
            else:
                places = followed(features, looks, places, window, size)
    return places
