"""How results read in a terminal of 80 columns: a file for each kind of result, which it reads and never makes."""
