"""Letters to coders."""
