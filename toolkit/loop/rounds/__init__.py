"""Rounds: which there are, ending one, and calling it otherwise."""
