"""Curves and logs, read as they grow."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from dinoexplorer.runs.courses import Course
from dinoexplorer.runs.log_tail import TAIL_BYTES, LogTail
from training.run import read_metrics


def append(folder: Path, *records: object) -> None:
    with (folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(record)}\n" for record in records)


def test_curves_grow_and_an_array_that_was_handed_over_never_changes(tmp_path):
    course = Course(tmp_path)
    assert course.read() is False
    append(tmp_path, *({"step": step, "images_seen": 10 * step, "loss": step} for step in range(1, 301)))
    assert course.read()
    images, values = course.curves["loss"]
    kept = values.copy()
    append(tmp_path, {"step": 301, "images_seen": 3010, "loss": 5.0, "held_out/total": 0.25})
    assert course.read()
    assert course.curves["loss"][0][-1] == 3010
    assert course.curves["held_out/total"][1].tolist() == [0.25]
    append(tmp_path, {"step": 100, "images_seen": 1000, "loss": -1.0})
    course.read()
    assert course.curves["loss"][0].tolist() == [10 * step for step in range(1, 101)]
    assert course.curves["loss"][1][-1] == -1
    assert "held_out/total" not in course.curves
    assert len(images) == 300
    np.testing.assert_array_equal(values, kept)
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 3


def test_what_is_no_number_is_left_out(tmp_path):
    append(tmp_path, {"step": 1, "images_seen": 2, "a": True, "b": "x", "c": [1, 2], "d": 10**400, "e": 1.5},
           {"step": 2, "images_seen": 10**30, "e": 3}, {"step": 3, "images_seen": "many", "e": 4})  # fmt: skip
    with (tmp_path / "metrics.jsonl").open("ab") as file:
        file.write(b'\xff\xfe\n{"step": 4, "e": NaN}\n{"step": 5, "e": Infinity}\n{"step": 6, "e": 2}\n{"step": 7, "e"')
    course = Course(tmp_path)
    course.read()
    assert {name: curve[1].tolist() for name, curve in course.curves.items()} == {"e": [1.5, 2.0]}


def test_a_hundred_thousand_records_are_read_once_and_what_is_appended_at_once(tmp_path):
    record = {"time": 1904.485, "loss/discriminator": 1.1453659057617187, "loss/generator": 1.19, "lr": 0.0002,
              "images_per_second": 384.77, "seconds_left": 128.9}  # fmt: skip
    append(tmp_path, *({"step": step, "images_seen": 32 * step, **record} for step in range(100_000)))
    course = Course(tmp_path)
    course.read()
    assert len(course.curves["loss/generator"][0]) == 100_000
    before, best = course.curves["lr"][1], 1.0
    for step in range(100_000, 100_020):
        append(tmp_path, {"step": step, "images_seen": 32 * step, **record})
        start = time.perf_counter()
        course.read()
        assert len(course.curves["lr"][1]) == step + 1
        best = min(best, time.perf_counter() - start)
    assert np.shares_memory(before, course.curves["lr"][1])
    assert best < 0.005


def test_a_long_course_is_read_in_slices_that_grow_into_the_whole(tmp_path):
    append(tmp_path, *({"step": step, "images_seen": step, "loss": 1.0, "text": "x" * 200} for step in range(2000)))
    course, counts = Course(tmp_path), []
    while not counts or not course.whole:
        course.read(seconds=0.0)
        counts.append(len(course.curves["loss"][0]))
        assert len(counts) < 100
    assert len(set(counts)) > 3
    assert counts == sorted(counts)
    assert counts[-1] == 2000
    before = course.curves
    assert course.read(seconds=0.0) is False
    assert course.curves is before


def test_a_line_without_an_end_in_sight_holds_nothing_up(tmp_path):
    append(tmp_path, {"step": 1, "loss": 1.0}, {"step": 2, "noise": "\0" * 300_000}, {"step": 3, "loss": 3.0})
    course = Course(tmp_path)
    course.read()
    assert course.curves["loss"][1].tolist() == [1.0, 3.0]


def test_records_that_hold_a_word_and_the_newest_two_are_found_without_the_others(tmp_path):
    append(tmp_path, *({"step": step, "held_out/total" if step % 5 == 0 else "loss": 1.0} for step in range(1, 13)))
    records, offset = read_metrics(tmp_path, holding="held_out/total")
    assert [record["step"] for record in records] == [5, 10, 11, 12]
    assert offset == (tmp_path / "metrics.jsonl").stat().st_size
    append(tmp_path, {"step": 13, "loss": 1.0})
    assert [record["step"] for record in read_metrics(tmp_path, offset, holding="held_out/total")[0]] == [13]


def test_a_log_is_text_whatever_it_holds_and_its_trouble_is_found_once(tmp_path):
    path = tmp_path / "log.txt"
    tail = LogTail(path)
    assert tail.read() is False
    path.write_bytes(b"fine\r\n50%\r60%\r100%\n\x1b[31mRuntimeError: caf\xe9\x1b[0m\x07\nwarning: cut")
    assert tail.read()
    assert tail.text == "fine\n50%\n60%\n100%\nRuntimeError: caf\ufffd\nwarning: cut"
    assert tail.problems == ("RuntimeError: caf\ufffd",)
    with path.open("ab") as file:
        file.write(b" in two\nall is well\n")
    assert tail.read()
    assert tail.problems == ("RuntimeError: caf\ufffd", "warning: cut in two")
    assert tail.read() is False
    path.write_bytes(b"a new one\n")
    assert tail.read()
    assert (tail.text, tail.problems) == ("a new one\n", ())
    path.unlink()
    assert tail.read() is False


def test_of_a_long_log_only_the_end_is_kept(tmp_path):
    path = tmp_path / "log.txt"
    path.write_bytes(b"".join(b"line %06d\n" % number for number in range(600_000)))
    tail = LogTail(path)
    tail.read()
    assert len(tail.text) <= TAIL_BYTES
    assert tail.text.startswith("line ")
    assert tail.text.endswith("line 599999\n")


def test_trouble_is_found_anywhere_in_what_was_appended(tmp_path):
    path = tmp_path / "log.txt"
    lines = [f"warning: number {number} {'.' * number}\n" for number in range(0, 900, 9)]
    path.write_text("".join(f"{line}{'all is well ' * 60}\n" for line in lines))
    tail = LogTail(path)
    tail.read()
    assert tail.problems == tuple(line.strip()[:500] for line in lines)
