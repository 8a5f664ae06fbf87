"""What each coder can learn from what was decided."""
