"""Generators side by side in the place of the picture: `compare_desk` wires it."""
