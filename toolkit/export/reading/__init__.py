"""An export read back by the schemas it names, checked again, as answers."""
