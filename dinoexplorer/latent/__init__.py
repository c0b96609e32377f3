"""Qt-free maths on latent codes: the map, its projections, and the way back from a place to a code."""
