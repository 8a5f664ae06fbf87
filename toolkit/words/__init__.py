"""Results in words and figures, the same wherever they are read: in the terminal, on a page, in a paper."""
