from __future__ import annotations

import json
from pathlib import Path

import pytest

from dinoexplorer.settings import RECENT_LIMIT, Settings, load_settings, save_settings, settings_path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config/settings.json"


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_settings_that_were_saved_come_back(path):
    wanted = Settings(device="cuda:1", theme="dark", pixels=True, hint_seen=True, recent=["/a"], open_folder="/b")
    save_settings(wanted, path)
    assert load_settings(path) == (wanted, "")


def test_a_first_start_has_the_defaults_and_nothing_to_say(path):
    assert load_settings(path) == (Settings(), "")


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", '"text"', "null", b"\xff\xfe\x00", b"\x00" * 50])
def test_a_broken_file_is_put_aside_and_the_start_goes_on(path, content):
    write(path, content)
    settings, sentence = load_settings(path)
    aside = path.with_name("settings.json.broken")
    assert settings == Settings()
    assert sentence == (
        f"The settings could not be read; they were put aside as {aside} and the program starts with its defaults."
    )
    assert aside.read_bytes() == (content if isinstance(content, bytes) else content.encode())
    assert not path.exists()
    assert load_settings(path) == (Settings(), "")


def test_bad_values_fall_back_and_the_good_ones_stay(path):
    write(path, json.dumps({"theme": "pink", "pixels": "often", "device": "cpu", "recent": ["/a"]}))
    settings, sentence = load_settings(path)
    assert (settings.theme, settings.pixels, settings.device, settings.recent) == ("system", False, "cpu", ["/a"])
    assert "pixels" in sentence
    assert "theme" in sentence
    assert "device" not in sentence


def test_one_bad_entry_of_a_list_drops_the_list(path):
    write(path, json.dumps({"recent": ["/a", 7], "theme": "dark"}))
    settings, sentence = load_settings(path)
    assert (settings.recent, settings.theme) == ([], "dark")
    assert "recent" in sentence


def test_keys_of_a_newer_version_are_dropped_without_a_word(path):
    write(path, json.dumps({"version": 1, "theme": "light", "holograms": True}))
    settings, sentence = load_settings(path)
    assert settings.theme == "light"
    assert sentence == ""


def test_a_file_of_a_newer_version_keeps_what_is_understood(path):
    write(path, json.dumps({"version": 2, "theme": "light"}))
    settings, _ = load_settings(path)
    assert (settings.version, settings.theme) == (1, "light")


def test_a_folder_in_the_place_of_the_file_does_not_stop_the_start(path):
    path.mkdir(parents=True)
    settings, sentence = load_settings(path)
    assert settings == Settings()
    assert sentence.startswith("The settings could not be read;")


def test_a_place_that_cannot_be_written_does_not_stop_the_program(tmp_path):
    (tmp_path / "file").write_text("in the way")
    save_settings(Settings(), tmp_path / "file/settings.json")
    assert (tmp_path / "file").read_text() == "in the way"


def test_saving_leaves_nothing_but_the_settings(path):
    save_settings(Settings(), path)
    save_settings(Settings(theme="dark"), path)
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_recent_files_are_few_unique_and_newest_first():
    settings = Settings()
    for number in range(RECENT_LIMIT + 3):
        settings.remember(Path(f"/{number}"))
    settings.remember(Path(f"/{RECENT_LIMIT}"))
    assert len(settings.recent) == RECENT_LIMIT
    assert settings.recent[0] == f"/{RECENT_LIMIT}"
    assert len(set(settings.recent)) == RECENT_LIMIT


def test_a_file_name_that_is_no_unicode_is_not_remembered_and_does_no_harm(path):
    settings = Settings()
    settings.remember(Path("/caf\udce9.safetensors"))  # as Python reads a Latin-1 name on a UTF-8 system
    save_settings(settings, path)
    assert load_settings(path) == (settings, "")


@pytest.mark.parametrize("name", ["open_folder", "save_folder"])
def test_a_folder_whose_name_is_no_unicode_is_forgotten_and_the_rest_is_kept(path, name):
    settings = Settings(theme="dark")
    setattr(settings, name, "/caf\udce9")
    save_settings(settings, path)
    assert load_settings(path) == (Settings(theme="dark"), "")


def test_a_value_that_json_cannot_hold_does_not_stop_the_program(path):
    save_settings(Settings.model_construct(device="caf\udce9"), path)
    assert not path.exists()


def test_a_value_that_does_not_fit_is_refused_when_it_is_set():
    with pytest.raises(ValueError, match="theme"):
        Settings().theme = "pink"


def test_the_environment_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("DINOEXPLORER_CONFIG", str(tmp_path))
    assert settings_path() == tmp_path / "settings.json"
    save_settings(Settings(theme="dark"))
    assert load_settings()[0].theme == "dark"
