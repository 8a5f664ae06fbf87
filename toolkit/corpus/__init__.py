"""Articles and the sentences they are cut into."""
