"""Agreement: the record a command returns (``record``), and how the lead reads it in the terminal (all the others)."""
