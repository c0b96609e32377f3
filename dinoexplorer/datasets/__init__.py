"""Datasets as the window sees them: ordered, looked through, decided on and judged; without Qt."""
