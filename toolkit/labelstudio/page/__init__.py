"""The labelling page: made from a codebook, styled, and read back from the server to see whether it is still that."""
