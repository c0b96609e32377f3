"""A folder of hostile files: none runs anything, none takes much memory or time, each ends in one sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from tests.dinoexplorer.generators.hostile_files import honest_files, hostile_files

ROOT = Path(__file__).parents[3]
SLACK = 128 * 2**20
"""Python's own pages, and the million small steps that any pickle may take."""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each file is opened in a fork")


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """For each hostile file: (name, size, sentence, seconds, bytes taken, forbidden events)."""
    folder = tmp_path_factory.mktemp("hostile")
    canary = folder / "canary"
    (folder / "files").mkdir()
    names, sizes = {}, {}
    for number, (name, content) in enumerate(chain(hostile_files(canary), honest_files())):
        file = f"{number:03}.pt"
        (folder / "files" / file).write_bytes(content)
        names[file], sizes[file] = name, len(content)
    done = subprocess.run(
        [sys.executable, "-m", "tests.dinoexplorer.generators.hostile_runner", str(folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
        env=dict(os.environ, OMP_NUM_THREADS="1"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(names)
    return canary, [(names[file], sizes[file], *rest) for file, *rest in found]


def test_none_of_them_runs_anything(opened):
    canary, found = opened
    assert not canary.exists()
    assert not [(name, events) for name, *_, events in found if events]


def test_each_of_them_ends_in_one_sentence(opened):
    _, found = opened
    for name, _, sentence, *_ in found:
        assert sentence.endswith("."), (name, sentence)
        assert "\n" not in sentence, (name, sentence)
        assert len(sentence) < 420, (name, sentence)
        assert not sentence.startswith(("CRASH", "DIED")), (name, sentence)


def test_each_of_them_ends_within_five_seconds(opened):
    _, found = opened
    assert not [(name, seconds) for name, _, _, seconds, *_ in found if seconds > 5]


def test_none_of_them_takes_more_than_twice_its_size(opened):
    _, found = opened
    assert not [(name, size, taken) for name, size, _, _, taken, _ in found if taken > 2 * size + SLACK]


def test_large_honest_files_take_no_more_than_twice_their_size(opened):
    _, found = opened
    taken = {name: (bytes_taken, size) for name, size, _, _, bytes_taken, _ in found if name.endswith("of 96 MB")}
    assert len(taken) == 4
    assert not {name: pair for name, pair in taken.items() if pair[0] > 2 * pair[1] + 16 * 2**20}


@pytest.mark.parametrize("name", ["os.system", "torch.hub", "cloudpickle", "graph module", "eval", "torch.jit.load"])
def test_what_would_run_is_named(opened, name):
    _, found = opened
    sentences = {one: sentence for one, _, sentence, *_ in found}
    for kind in ("pickle", "zip"):
        assert "is a pickle that would run " in sentences[f"{name} in a {kind}"]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("negative size", "it holds a tensor with negative or wild sizes"),
        ("wild stride", "it holds a tensor of 4 numbers of which 4 are stored"),
        ("storage of 100 GB", "the numbers of its tensor '0' are missing or cut short"),
        ("safetensors header of 100 GB", "whose header claims 107,374,182,400 bytes, more than any model's"),
        ("array of 100 GB", "it holds a NumPy array whose size is not that of its numbers"),
        ("zip bomb as the pickle", "is a zip archive that claims more than it can hold"),
        ("member that leads out", "its zip archive names '../../canary', which leads out of it"),
        ("a billion laughs", "it has more than 200,000 parts, more than any model"),
        ("half a million lists in lists", "it is nested more deeply than any model"),
        ("more steps than a model has", "its pickle takes more than 1,000,000 steps, more than any model's"),
        ("exported program whose weights are pickles", "its tensor 'a' is stored as a pickle"),
        ("tar as PyTorch once wrote", "is a tar archive (PyTorch wrote such files before 0.2"),
    ],
)  # fmt: skip
def test_the_sentence_says_what_was_found(opened, name, part):
    _, found = opened
    sentences = {one: sentence for one, _, sentence, *_ in found}
    assert part in sentences[name]
