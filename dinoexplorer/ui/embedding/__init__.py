"""Pictures from outside: brought in, cut to a square, and their place searched for."""

from dinoexplorer.ui.embedding.embedding_desk import EmbeddingDesk

__all__ = ["EmbeddingDesk"]
