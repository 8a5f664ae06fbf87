"""Groups of annotators: how far one agrees with another, and whether its members agree more with each other."""
