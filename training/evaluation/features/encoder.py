"""The run's own encoder: what the model itself keeps of a picture."""

from __future__ import annotations

from training.evaluation.features import Features
from training.evaluation.material import Material


def load(material: Material) -> Features:
    """See `training.evaluation.features`."""
    material.need_encoder()
    subject = material.subject
    return Features("the model's own encoder", f"encoder {subject.sha256}", subject.encode)
