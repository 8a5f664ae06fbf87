"""Pictures, drawn by a grammar of graphics: a chart is one file. Decision 0020 says why this grammar."""
