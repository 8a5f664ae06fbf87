"""How the lead reads an agreement report in the terminal: the headline, its legend, what was asked for beside it."""
