"""Categories that were renamed, merged or split: which became which, and what answers given before say now."""
