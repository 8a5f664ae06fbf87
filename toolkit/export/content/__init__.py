"""What an export is made from: a study's content as columns, units, votes and consensus."""
