"""What ``disagreements`` looks at: which sentences, how far apart the answers are, which categories are confused."""
