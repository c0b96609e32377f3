import json
from pathlib import Path

import pytest

from training.cli import main
from training.config import Recipe
from training.listing import recipes_table
from training.run import read_metrics, read_run

TINY = ("image.size=16", "latent.dim=3", "model.width=4", "model.widest=16", "batch_size=8", "device=cpu")


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _fit(pictures: Path, *more: str) -> int:
    return main(["fit", "vae", "--data", str(pictures), "--set", *TINY, "steps=3", *more])


def test_fit_makes_numbered_runs_and_says_where(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _fit(pictures) == 0
    assert _fit(pictures, "name=other") == 0
    assert _fit(pictures) == 0
    assert {path.name for path in Path("runs").iterdir()} == {"vae-1", "vae-2", "other-1"}
    said = capsys.readouterr()
    assert said.out == ""
    assert "run folder: runs/vae-1" in said.err
    assert "finished at step 3; checkpoint: runs/vae-2/checkpoints/last.safetensors" in said.err
    assert "finished at step 3" in (Path("runs") / "vae-2" / "log.txt").read_text()


def test_settings_may_be_given_several_times(pictures: Path) -> None:
    assert (
        main(["fit", "vae", "--data", str(pictures), "--set", *TINY, "--set", "steps=1", "--set", "seed=4", "name=x"])
        == 0
    )
    assert read_run(Path("runs/x-1")).config.seed == 4


def test_a_relative_folder_is_kept_absolute(pictures: Path) -> None:
    assert main(["fit", "vae", "--data", pictures.name, "--out", "r", "--set", *TINY, "steps=1"]) == 0
    assert read_run(Path("r")).config.data.source == str(pictures)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fit", "vea"], "dinotrain: unknown recipe 'vea': did you mean 'vae'?; 'dinotrain recipes' lists them"),
        (["fit", "vae", "--set", "latent.dims=2"], "dinotrain: unknown key 'latent.dims': did you mean 'latent.dim'?"),
        (["status", "nowhere"], "dinotrain: nowhere is not a run folder: it has no readable config.toml"),
        (["stop", "nowhere"], "dinotrain: nowhere is not a run folder: it has no readable config.toml"),
    ],
)
def test_a_refusal_is_one_line_and_exit_code_1(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert capsys.readouterr().err == f"{sentence}\n"
    assert not Path("runs").exists()


def test_missing_data_fails_the_run_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "vae", "--data", "nowhere", "--set", *TINY]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("dinotrain: the data '")
    assert last.endswith("nowhere' is not there; give a folder of pictures, an .npz file or builtin:dinosaurs")
    assert read_run(Path("runs/vae-1")).state == "failed"


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "vea", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["fly"], ["resume"], ["fit", "vae", "--bogus"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "usage: dinotrain" in capsys.readouterr().err


def test_recipes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    said = capsys.readouterr().out
    assert "vae-fc: Fully connected VAE (reference project)." in said
    assert main(["recipes", "--json"]) == 0
    recipes = {recipe["name"]: recipe for recipe in json.loads(capsys.readouterr().out)["recipes"]}
    expected = {"name", "title", "about", "family", "image_size", "latent_dim", "images", "parameters"}
    assert expected | {"cpu_seconds", "cpu", "gpu_seconds", "gpu"} == recipes["vae"].keys()
    assert not [recipe for recipe in recipes.values() if "error" in recipe]
    assert f"64 px, {recipes['vae-fc']['parameters']:,} parameters, 1,200,000 images; CPU " in said


def test_what_was_not_measured_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"family": "vae-fc", "images": 2000, "batch_size": 10}
    timed = Recipe("a", "A", "about", values, {"seconds_per_1000_images": 90.0, "cpu": "2 cores"})
    assert recipes_table([timed]).endswith("2,000 images; CPU 3:00 (2 cores), GPU not measured")
    assert recipes_table([Recipe("b", "B", "", {**values, "steps": 2, "bogus": 1})]).endswith(
        "cannot be used: unknown key 'bogus'"
    )


def test_fit_without_a_recipe_trains_the_builtin_dinosaurs_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    tiny = ["image.size=32", "data.count=12", "model.width=4", "model.widest=8", "steps=2", "batch_size=4"]
    assert main(["fit", "--set", *tiny]) == 0
    said = capsys.readouterr().err
    assert said.startswith(
        "no recipe named, so this trains 'dinosaurs-quick' on builtin:dinosaurs: A small smooth space"
    )
    assert read_run("runs/dinosaurs-quick-1").state == "finished"


def test_a_length_in_images_decides_the_steps(pictures: Path) -> None:
    assert _fit(pictures, "images=33", "accumulate=2", "name=by-images") == 0
    run = read_run("runs/by-images-1")
    assert (run.status.step, run.status.total_steps, run.status.images_seen) == (3, 3, 48)
    records, _ = read_metrics(run.folder)
    assert all(record["images_seen"] == 16 * record["step"] for record in records)


def test_status_and_list_as_text_and_json(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _fit(pictures)
    capsys.readouterr()
    assert main(["status", "runs/vae-1", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["state"], status["step"], status["total_steps"]) == ("finished", 3, 3)
    assert status["metrics"]["loss/reconstruction"] > 0
    assert main(["list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == [status]
    assert main(["list"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["NAME", "RECIPE", "STATE", "IMAGES", "IMAGES/S", "BEST", "LAST", "CHANGE"]
    assert line.split()[:4] == ["vae-1", "vae", "finished", "24"]
    assert float(line.split()[5]) == pytest.approx(status["best"], rel=1e-3)
    assert main(["status", "runs/vae-1"]) == 0
    assert "step             3" in capsys.readouterr().out
    assert main(["list", "nowhere"]) == 0
    assert capsys.readouterr().out == "no runs in nowhere\n"


def test_resume_extends_and_refuses_what_is_done(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _fit(pictures)
    capsys.readouterr()
    assert main(["resume", "runs/vae-1"]) == 1
    assert "is finished at step 3; give --steps a larger number to extend it" in capsys.readouterr().err
    assert main(["resume", "runs/vae-1", "--steps", "5"]) == 0
    assert read_run("runs/vae-1").status.step == 5
    assert main(["stop", "runs/vae-1"]) == 1
    assert "is finished: nothing trains there that could stop" in capsys.readouterr().err


def test_sample_draws_from_an_ended_run(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _fit(pictures)
    capsys.readouterr()
    assert main(["sample", "runs/vae-1"]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path == Path("runs/vae-1/samples/random-000003.png")
    assert path.is_file()
