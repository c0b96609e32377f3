"""Runs as the window sees them: found, started, watched, steered, queued, compared. Qt-free."""
