"""What people look at: records of what happened, and how they read."""
