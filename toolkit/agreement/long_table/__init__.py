"""Any long table, one row per answer or span, as questions to compute agreement of; every fault of it at once."""
