"""The embedded Label Studio of a study: its process, its files, the program it is."""
