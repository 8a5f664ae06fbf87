"""What the README's performance figures come from: ``make bench``. Ratios against named peers, in the same run."""
