"""Pure numbers: who gave which value to which unit in, estimates with intervals and reasons out."""
