"""The document as a file: opened, saved, kept against crashes."""

from dinoexplorer.ui.documents.document_desk import DocumentDesk

__all__ = ["DocumentDesk"]
