"""How sentences in dispute read: a block each in 80 columns, a hand-out, and rows for a spreadsheet."""
