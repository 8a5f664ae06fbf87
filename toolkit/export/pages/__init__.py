"""What lies beside the tables of a version and describes them: manifest, data card, metadata, codebooks."""
