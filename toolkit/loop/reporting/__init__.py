"""What a report on a study holds beside its agreement: answers side by side, what was coded, how the work went."""
