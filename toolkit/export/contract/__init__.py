"""The contract: the documents in ``schemas/tables/``, what a table must be under them, and every fault at once."""
