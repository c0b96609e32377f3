import json
from pathlib import Path

import pytest

from training.cli import main
from training.run import read_run

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


@pytest.mark.parametrize("arguments", [[], ["fly"], ["fit"], ["fit", "vae", "--bogus"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "usage: dinotrain" in capsys.readouterr().err


def test_recipes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    assert "vae-fc" in capsys.readouterr().out
    assert main(["recipes", "--json"]) == 0
    recipes = json.loads(capsys.readouterr().out)["recipes"]
    assert {"name", "title", "about", "family"} == recipes[0].keys()


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
    assert "finished" in capsys.readouterr().out
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
