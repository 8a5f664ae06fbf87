"""Who marked which words: spans as tokens, as stretches of text, and as one continuum."""
