"""What answers add up to: counting, and Dawid and Skene's EM; pure numbers, as agreement is."""
