"""What changed from one version of an export to another: every change as a row, and what people are told of them."""
