"""Versions of an export, each written whole; one table as a Parquet file."""
