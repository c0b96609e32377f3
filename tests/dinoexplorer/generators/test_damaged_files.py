"""A thousand damaged files of every kind: each opens or ends in one sentence, quickly. A million: the benchmark."""

from __future__ import annotations

import time  # of this process: the machine may be busy

import pytest

from tests.benchmarks._damage import damaged, outcome, samples


@pytest.fixture(scope="module")
def files():
    return samples()


def test_every_kind_opens_before_it_is_damaged(tmp_path, files):
    for name, data in files.items():
        path = tmp_path / "whole.bin"
        path.write_bytes(data)
        assert outcome(path, whole=True) == "opened", name


def test_a_thousand_damaged_files_open_or_end_in_a_sentence(tmp_path, files):
    path, slowest = tmp_path / "damaged.bin", 0.0
    found = {"opened": 0, "refused": 0}
    for number, data in enumerate(damaged(list(files.values()), 1000, seed=1)):
        path.write_bytes(data)
        begun = time.process_time()
        result = outcome(path, whole=number % 40 == 0)
        slowest = max(slowest, time.process_time() - begun)
        assert result in found, f"file {number}: {result}"
        found[result] += 1
    assert slowest < 5
    assert found["refused"] > 300
    assert found["opened"] > 50  # a changed weight is a weight


def test_the_same_seed_damages_in_the_same_way(files):
    whole = list(files.values())
    assert list(damaged(whole, 20, 3)) == list(damaged(whole, 20, 3))
    assert list(damaged(whole, 20, 3)) != list(damaged(whole, 20, 4))
