"""What happened in a study: frozen articles, rounds, annotators and every annotation ever pulled."""
