"""Agreement of a round, an export, or any table: what is counted, what is compared, and what comes back."""
