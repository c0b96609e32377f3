"""The arithmetic of the metrics: pure functions of arrays, each after its publication."""
