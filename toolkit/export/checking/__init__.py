"""Exports held against what they promise: hashes, schemas, texts."""
