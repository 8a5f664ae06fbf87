"""What a pull does: pages into the study, and the study held against what the server announces."""
