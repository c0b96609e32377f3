"""Generators beside each other: what they are asked for, what they are called, and the sheets that are kept."""
