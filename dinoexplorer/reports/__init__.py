"""Qt-free: what can be asked of a checkpoint, the command that asks it, and the reports that were made."""
