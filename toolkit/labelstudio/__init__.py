"""The one seam to Label Studio: its words, its server and its traps stay in here."""
