"""The place Report: what a checkpoint is worth."""
