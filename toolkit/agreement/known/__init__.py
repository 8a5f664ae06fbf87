"""Answers against known ones: how often annotators find what is there, and what is there where they err so often."""
