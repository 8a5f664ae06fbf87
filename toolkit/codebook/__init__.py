"""What may be asked and answered: reading, checking and comparing codebooks, and checking answers against one."""
