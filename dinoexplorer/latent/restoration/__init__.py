"""Damaged pictures through an autoencoder: what it was taught to take out is taken out, and what it knows stays."""
