"""What a migration of a codebook does: which rounds it concerns, what it changes, what it has asked again."""
