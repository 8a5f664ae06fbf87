"""Reviews of codebooks."""
