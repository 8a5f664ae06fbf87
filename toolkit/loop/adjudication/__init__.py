"""Adjudication: what a round's coders differ on, decided by people in Label Studio, and what the decisions come to."""
