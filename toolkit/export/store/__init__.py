"""Versions of an export in an object store, with the guarantees they have in a folder."""
