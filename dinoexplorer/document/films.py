"""What a film that is exported says about its place."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dinoexplorer.document.checking import all_unlocked
from dinoexplorer.document.document_file import DocumentFile
from dinoexplorer.document.embedding import KEYWORD
from dinoexplorer.document.pictures import place_metadata
from dinoexplorer.document.standing import Standing, frozen
from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.morph.music_json import written_from
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.morph.timeline_json import as_json


def film_note(info: GeneratorInfo, standing: Standing, *, opened: DocumentFile | None = None) -> str:
    """The document of where we stand, its timeline included."""
    return place_metadata(info, standing, opened=opened)[KEYWORD]


def note_of_timelines(info: GeneratorInfo, timelines: Sequence[Timeline]) -> str:
    """The document of a film that was made without one: it stands on the first keyframe.

    Its timeline is that of the first morph; where there are several, all of them are kept beside it.
    """
    code = timelines[0].keyframes[0].code
    written = [written_from(as_json(timeline), None) for timeline in timelines]  # a film is passed on
    standing = Standing(frozen(code), all_unlocked(len(code)), timeline=json.dumps(written[0], allow_nan=False))
    note = film_note(info, standing)
    return note if len(written) == 1 else json.dumps(json.loads(note) | {"timelines": written})
