"""What commands share that talk to the Label Studio of a study: the way in, passwords, the round's project and page."""
