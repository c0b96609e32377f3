"""The Train place: launch a run, watch it, steer it, keep it."""
