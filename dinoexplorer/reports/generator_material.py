"""From a checkpoint of any program and the name of a data set to the material of an evaluation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.opening import open_generator
from dinoexplorer.latent.map_data import fit_of
from dinoexplorer.reports.generator_subject import GeneratorSubject
from dinoexplorer.reports.identity import is_ours
from training.config import DataSection
from training.data.images import BUILTIN, Progress, open_images
from training.errors import TrainingError
from training.evaluation.evaluating import About
from training.evaluation.known_factors import factors_of
from training.evaluation.material import Material, Settings
from training.evaluation.opening import open_material

_SEED = 0


def open_any(
    target: Path, source: str, settings: Settings, tick: Progress, *, held_out: float | None = None, device: str = "cpu"
) -> tuple[Material, About]:
    """As `training.evaluation.opening.open_material`, and of checkpoints of other programs as well.

    Which pictures those were trained on nobody knows: the set is split as if it were those.

    Raises
    ------
    TrainingError
        Something cannot be used; the text says what.
    """
    if is_ours(target):
        return open_material(target, source, settings, tick, held_out=held_out)
    try:
        generator = open_generator(target, device)
    except GeneratorError as error:
        raise TrainingError(str(error).rstrip(".")) from error
    info, subject = generator.info, GeneratorSubject(generator)
    builtin = source.startswith(BUILTIN)
    images = open_images(
        source, size=subject.size, channels=1 if subject.grey else 3, count=DataSection().count if builtin else None,
        seed=_SEED, fit=fit_of(info), progress=tick,
    )  # fmt: skip
    share = DataSection().held_out if held_out is None else held_out
    factors = factors_of(images.names, _SEED, 1.0) if builtin else None
    material = Material(subject, images, replace(settings, held_out=max(share, images.held_out)), tick, factors)
    about = About(
        {
            "name": str(target), "sha256": subject.sha256, "family": info.family, "size": info.image_size,
            "compared_at": subject.size, "dim": subject.dim, "step": None, "images_seen": None,
        },
        {
            "source": source, "count": len(images), "training": len(material.train_rows),
            "held_out": len(material.held_rows), "classes": len(images.classes), "fingerprint": images.fingerprint,
            "as_trained": None,
        },
    )  # fmt: skip
    return material, about
