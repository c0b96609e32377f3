"""The pages of the guide, and the search over them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.finding.guide_index import GuideIndex, passages_of
from dinoexplorer.finding.guide_pages import Page, guide_folder, plain, read_pages
from dinoexplorer.settings import runs_home, settings_path

PAGES = read_pages()
KEYS_PAGE = "90-keyboard-and-mouse.md"  # made by the window
EXAMPLE = Page(
    "example.md",
    "Example",
    "# Example\n\nOne *short* line\nthat goes on.\n\n## Second part\n\n- Press `Ctrl+K` for the "
    "[map](02-latent-map.md).\n- Another item\n\n| Word | Meaning |\n| --- | --- |\n| **z** | a code |\n\n```\n"
    "run it --now\n```\n",
)


def test_the_pages_are_there_in_their_order():
    assert [page.title for page in PAGES] == [
        "Getting started",
        "The latent map",
        "Sliders, undo and pictures",
        "Pins, history and documents",
        "Mixing, breeding and the space",
        "Directions",
        "Generators side by side",
        "Morph: from pictures to a film",
        "The timeline in detail",
        "Music: a film that keeps time",
        "Pictures from outside",
        "Reshape and paint",
        "Strange and damaged pictures",
        "Training your own",
        "Datasets",
        "Reports: what a model is worth",
        "Comparing reports",
        "Checkpoints and files",
        "Commands",
        "When something fails",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_a_page_is_short_has_a_summary_and_its_links_lead_somewhere(page):
    known = {other.key for other in PAGES} | {KEYS_PAGE}
    assert len(page.text.split()) < 700
    assert 20 < len(page.summary) < 160
    assert page.summary.endswith(".")
    links = re.findall(r"\]\(([^)]*)\)", page.text)
    assert set(links) <= known


def test_a_folder_that_is_not_there_has_no_pages_and_what_cannot_be_read_is_left_out(tmp_path):
    assert read_pages(tmp_path / "nowhere") == ()
    (tmp_path / "1.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "2.md").write_text("no heading")
    (tmp_path / "3.md").mkdir()
    assert [(page.key, page.title) for page in read_pages(tmp_path)] == [("2.md", "2")]


def test_a_page_falls_into_passages_without_markup():
    found = [(passage.heading, passage.text) for passage in passages_of(EXAMPLE)]
    assert found == [
        ("Example", "Example"),
        ("Example", "One short line that goes on."),
        ("Second part", "Second part"),
        ("Second part", "Press Ctrl+K for the map."),
        ("Second part", "Another item"),
        ("Second part", "Word: Meaning"),
        ("Second part", "z: a code"),
        ("Second part", "run it --now"),
    ]


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("SHORT goes", "One short line that goes on."),
        ("mean", "Word: Meaning"),
        ("ctrl k", "Press Ctrl+K for the map."),
        ("second", "Second part"),
    ],
)
def test_words_are_found_by_their_beginnings_in_any_order(query, line):
    assert [hit.line for hit in GuideIndex([EXAMPLE]).find(query)] == [line]


@pytest.mark.parametrize("query", ["", "  ", "*", "hort", "short second"])
def test_what_is_no_beginning_of_a_word_of_one_passage_finds_nothing(query):
    assert GuideIndex([EXAMPLE]).find(query) == []


def test_headings_come_first_and_a_long_line_is_cut_around_the_hit():
    long = Page("long.md", "Long", "# Long\n\n" + "word " * 60 + "needle" + " word" * 60 + "\n\n## The needle\n")
    first, second = GuideIndex([long]).find("needle")
    assert first.line == "The needle"
    assert second.line.startswith("… word")
    assert "needle" in second.line
    assert second.line.endswith("word …")
    assert len(second.line) < 130


@pytest.mark.parametrize(
    "query",
    ["undo", "trustworthiness", "atlas", "DINOEXPLORER_RUNS", "out of memory", "psnr", "pip install", "walk", "t-sne"],
)
def test_what_newcomers_look_for_is_found(query):
    assert GuideIndex(PAGES).find(query)


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_upsets_the_search(text, query):
    page = Page("p.md", "p", text)
    for hit in GuideIndex([page]).find(query):
        assert hit.line.strip("… ") in hit.passage.text
    plain(text)


def test_what_the_pages_say_about_places_is_so(monkeypatch, tmp_path):
    text = next(page.text for page in PAGES if page.key.startswith("05"))
    names = re.findall(r"DINOEXPLORER_[A-Z]+", text)
    assert set(names) == {"DINOEXPLORER_CONFIG", "DINOEXPLORER_RUNS", "DINOEXPLORER_CACHE"}
    monkeypatch.setenv("DINOEXPLORER_RUNS", str(tmp_path))
    monkeypatch.setenv("DINOEXPLORER_CONFIG", str(tmp_path))
    assert (runs_home(), settings_path().parent) == (tmp_path, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_every_key_that_a_page_names_is_a_key_of_an_action(page):
    pytest.importorskip("PySide6")
    from dinoexplorer.ui.actions import COMMANDS

    known = {key for command in COMMANDS for key in command.keys} | {"Ctrl+Return", "Shift", "Alt", "Ctrl"}
    named = re.findall(r"`((?:(?:Ctrl|Shift|Alt)\+)*(?:[A-Z]|F\d+|Space|Home|Esc|Return|Left|Right)|\?)`", page.text)
    assert set(named) <= known


def test_every_command_that_the_pages_show_is_understood():
    from dinoexplorer import cli
    from training import cli as training_cli

    text = "\n".join(page.text for page in PAGES)
    lines = re.findall(r"^(dinoexplorer|dinotrain)((?: .*)?)$", text, re.MULTILINE)
    assert len(lines) > 8
    for program, rest in lines:
        words = re.findall(r'"[^"]*"|\S+', rest)
        if program == "dinotrain":
            training_cli._parser().parse_args(words)
        elif words and words[0] in cli.COMMANDS:
            cli._command_options([word.strip('"') for word in words])
        else:
            cli._window_parser().parse_args(words)


def test_the_pages_ship_with_the_program():
    import tomllib

    root = guide_folder().parent.parent
    packages = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "resources" in packages["packages"]
    assert guide_folder() == root / "resources/guide"
