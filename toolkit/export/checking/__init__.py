"""Exports held against what they promise: hashes, schemas, texts, and what changed between two versions."""
