"""Training of image generators: data, model families, objectives, one loop, runs and checkpoints.

The package stands alone: it knows nothing of `dinoexplorer` and nothing of Qt. `training.config`, `training.run` and
`training.checkpoint` import without torch, so that a window can read runs before torch is loaded.
"""
