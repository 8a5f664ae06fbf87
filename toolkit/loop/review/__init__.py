"""What a codebook can learn from what was decided."""
