"""Studies that nobody has coded yet: what their agreement would come out as, if true alpha were this."""
