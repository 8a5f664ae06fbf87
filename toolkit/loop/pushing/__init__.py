"""What a push does: the design of the round, and its sentences onto the server, each exactly once."""
