"""The commands as plain functions: each returns a value, none prints."""
