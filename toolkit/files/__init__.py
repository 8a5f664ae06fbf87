"""Text of files, whatever stands in it: read within bounds, or refused with a place and a word."""
