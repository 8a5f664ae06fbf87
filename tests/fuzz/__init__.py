"""Whatever stands in a file or comes from a server is read, or refused with an error of ours; quickly, and never else.

``targets`` says what is tried and what a valid input looks like, ``inputs`` spoils valid inputs, ``test_fuzz`` tries a
few of them in every run of the tests (``INTERCODER_FUZZ_EXAMPLES`` says how many) and ``coverage_guided`` gives the
same targets to atheris, which looks for inputs that reach new lines.
"""
