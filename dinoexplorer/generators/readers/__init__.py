"""One file per checkpoint format; a reader is found by being here."""
