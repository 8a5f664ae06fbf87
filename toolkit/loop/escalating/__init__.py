"""What escalation is made of: labels as they stand, where an answer more would change them, and what came of it."""
