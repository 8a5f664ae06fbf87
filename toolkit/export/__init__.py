"""Typed Parquet: the tables of ``schemas/tables/``, filled from a study, checked strictly, written whole."""
