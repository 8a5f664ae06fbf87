"""Projects that intercoder did not make: what their configuration asks, what their annotations say, as questions."""
