"""The gate: a middleware inside Label Studio that lets annotators see and change only what is theirs.

Label Studio loads it by its settings (``settings.py``), in its own process; nothing here imports the rest of the
toolkit, so it can be installed beside a server of one's own. ``middleware.py`` holds the order of things: who calls
(``caller.py``), what a route allows (``rules.py``), whether a request stays within that (``decision.py``), and what is
left of the answer (``own.py``). What the lead registered, and what was refused, is kept in a file (``register.py``).
"""
