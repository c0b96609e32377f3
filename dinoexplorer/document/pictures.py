"""What a picture that is saved says about its place."""

from __future__ import annotations

from dinoexplorer.document.document_file import DocumentFile, compose
from dinoexplorer.document.embedding import metadata_for
from dinoexplorer.document.finding import reference_to
from dinoexplorer.document.standing import Standing
from dinoexplorer.generators.generator import GeneratorInfo


def place_metadata(info: GeneratorInfo, standing: Standing, *, opened: DocumentFile | None = None) -> dict[str, str]:
    """The texts for the metadata of a picture of where we stand.

    A picture is passed on, so it names its checkpoint by name, size and hash, and never says where that lies.
    ``opened`` is the document that was open, if there was one: what it had in keys of its own goes along.
    """
    return metadata_for(compose(standing, info.latent, reference_to(info), opened=opened))
