"""How results read on paper and in a browser: Markdown and HTML, one self-contained file each."""
