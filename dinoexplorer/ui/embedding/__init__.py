"""Pictures from outside: brought in, cut to a square, and their place searched for; one, or a folder of them."""

from dinoexplorer.ui.embedding.batch_desk import BatchDesk
from dinoexplorer.ui.embedding.embedding_desk import EmbeddingDesk

__all__ = ["BatchDesk", "EmbeddingDesk"]
