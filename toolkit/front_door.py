"""intercoder in Python: agreement of any table, studies and exports as data frames, and every command as a function.

::

    import intercoder as ic

    ic.agreement(frame, unit="sentence", annotator="coder", value="label", level="nominal")
    ic.Study.open("my-study").answers()
    ic.read_export("exports/my-study").answers()

What this module holds is public, and nothing else is.
"""

# The wheel has this file as intercoder.py: the package's own name, toolkit, is another project's on PyPI.

from toolkit.api import *  # noqa: F403
from toolkit.api import __all__  # noqa: F401 - it says what the star means
