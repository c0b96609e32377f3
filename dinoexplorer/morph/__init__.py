"""Morphs: codes in time, the film that runs through them, and its export. No Qt here."""
