"""Runs beside each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from dinoexplorer.runs.comparing import differing, images_at, judged_by, loss_against, picture_table
from dinoexplorer.runs.views import RunDetail, RunRow


def detail(
    name: str, dim: int, losses: list[float], steps: list[int], batch: int = 10, **settings: object
) -> RunDetail:
    row = RunRow(Path(name), name, "vae-fc", "vae-fc", "x", "finished", step=steps[-1], images_seen=batch * steps[-1])
    curve = (np.arange(len(losses)), np.array(losses, np.float64))
    return RunDetail(
        row, {"latent.dim": dim, "batch_size": batch, "name": name, **settings}, {"held_out/total": curve},
        tuple((step, Path(name) / f"{step}.png") for step in steps),
    )  # fmt: skip


def test_the_settings_in_which_runs_differ_are_found():
    a, b = detail("a", 2, [1.0], [10]), detail("b", 5, [1.0], [10], **{"model.hidden": [3]})
    assert differing([a, b]) == ("latent.dim", "model.hidden")
    assert differing([a, a]) == ()
    assert differing([]) == ()


def test_the_best_loss_is_told_for_each_value_in_its_order():
    runs = [detail("a", 50, [3.0, 2.0, 2.5], [1]), detail("b", 2, [9.0, 8.0], [1]), detail("c", 2, [7.0], [1]),
            detail("d", 5, [], [1])]  # fmt: skip
    values, losses = loss_against(runs, "latent.dim")
    assert values == (2, 50)
    assert losses.tolist() == [7.0, 2.0]
    assert loss_against(runs, "latent.dim", "loss/none")[0] == ()
    listed = [
        detail("a", 2, [1.0], [1], **{"model.hidden": [3, 4]}),
        detail("b", 2, [2.0], [1], **{"model.hidden": [3]}),
    ]
    assert loss_against(listed, "model.hidden")[0] == ((3,), (3, 4))


def test_where_more_is_better_the_highest_is_the_best():
    curves = {"evaluate/psnr": (np.arange(3), np.array([20.0, 28.0, 25.0]))}
    runs = [replace(detail(name, dim, [1.0], [1]), curves=curves) for name, dim in (("a", 2), ("b", 5))]
    assert loss_against(runs, "latent.dim", "evaluate/psnr")[1].tolist() == [28.0, 28.0]


def test_runs_are_compared_by_what_all_of_them_judge_themselves_by():
    a, b = detail("a", 2, [1.0], [1]), detail("b", 5, [1.0], [1])
    assert judged_by([a, b]) == "held_out/total"
    measured = [replace(one, row=replace(one.row, judged="evaluate/psnr")) for one in (a, b)]
    assert judged_by(measured) == "evaluate/psnr"
    assert judged_by([a, measured[1]]) == "held_out/total"


def test_sheets_stand_beside_each_other_at_the_same_pictures_seen():
    a = detail("a", 2, [1.0], [10, 20, 30, 40])
    b = detail("b", 5, [1.0], [5, 10], batch=20)
    table = picture_table([a, b], rows=4)
    assert [row.images_seen for row in table] == [100, 200, 300, 400]
    assert [row.sheets[1] for row in table] == [
        (100, Path("b/5.png")), (200, Path("b/10.png")), (200, Path("b/10.png")), None,
    ]  # fmt: skip
    assert [row.images_seen for row in picture_table([a, b], rows=2)] == [100, 400]
    assert picture_table([]) == ()
    assert images_at(a, 7) == 70
