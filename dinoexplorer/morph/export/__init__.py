"""Films as files: written apart from any live thread, frame by frame, whole or not at all."""
