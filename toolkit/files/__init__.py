"""The bottom of the house: files read within bounds and written whole, and the names of arrays."""
