"""The report on a study: one page in HTML that asks nothing of any network, or the same in Markdown."""
