"""The commands as plain functions: each returns a value, none prints.

A file a command, with the record it returns; a room where a command takes several: ``agreement/``, ``pushing/``,
``pulling/``. ``online/`` holds what all share that talk to the study's Label Studio.
"""
