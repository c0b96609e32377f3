"""A picture that was saved in the window says where it was taken."""

from __future__ import annotations

import json

import numpy as np

from dinoexplorer.document.embedding import read_embedded
from dinoexplorer.document.opening import open_document


def test_a_saved_picture_carries_the_seed_the_edits_the_locks_and_its_checkpoint(desk, tmp_path):
    desk.press("random")
    desk.explorer.document.set_locked(1, locked=True)
    desk.explorer.document.set_value(0, 0.5)
    with desk.qtbot.waitSignal(desk.window.pictures.saved, timeout=10_000):
        desk.window.pictures.save(tmp_path / "kept.png")
    file = open_document(tmp_path / "kept.png")
    standing = file.standing(desk.explorer.document.spec)
    np.testing.assert_array_equal(standing.latent, desk.latent)
    assert standing.locked.tolist() == [False, True]
    assert file.checkpoint.sha256 == desk.generator.info.sha256
    latent = json.loads(read_embedded(tmp_path / "kept.png"))["latent"]
    assert (latent["seed"], latent["edits"]) == (7, {"0": 0.5})
