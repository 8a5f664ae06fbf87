"""Why the agreement of one question is what it is: who confuses what, who over-uses what, and what could be done."""
