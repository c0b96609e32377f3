"""Codes in a row, each with its picture and its name."""
