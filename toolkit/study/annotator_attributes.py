"""What a study knows of its annotators beside their address: leaning, training … whatever the lead says of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from toolkit.study.database import Database

LONGEST = 200
"""Characters a value may have."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def name_fault(name: str) -> str | None:
    """Return why an attribute cannot be called so, or None.

    >>> name_fault("leaning"), name_fault("their leaning")
    (None, 'is no name of an attribute: a letter, then letters, digits and _, 64 at most')
    """
    if _NAME.fullmatch(name):
        return None
    return "is no name of an attribute: a letter, then letters, digits and _, 64 at most"


def value_fault(value: str) -> str | None:
    """Return why an attribute cannot have this value, or None.

    >>> value_fault("left"), value_fault("two" + chr(10) + "lines")
    (None, 'holds characters that cannot be printed')
    """
    if len(value) > LONGEST:
        return f"is longer than {LONGEST} characters"
    return None if value.isprintable() else "holds characters that cannot be printed"


def attributes(database: Database) -> Mapping[str, Mapping[str, str]]:
    """Return the attributes of each registered annotator who has any, by pseudonym; names in order."""
    query = (
        "SELECT a.pseudonym, t.attribute, t.value FROM annotator_attributes t JOIN annotators a USING (email) "
        "ORDER BY a.pseudonym, t.attribute"
    )
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in database.rows(query):
        found[row["pseudonym"]][row["attribute"]] = row["value"]
    return dict(found)


def set_attributes(database: Database, said: Mapping[str, Mapping[str, str]]) -> int:
    """Record attributes of registered annotators, by address, in one transaction; return how many annotators changed.

    An empty value takes the attribute away. What is said again changes nothing; what is not said stays.
    """
    changed = set()
    with database.transaction() as connection:
        for email, given in said.items():
            address = email.casefold()
            for name, value in given.items():
                if value:
                    done = connection.execute(
                        "INSERT INTO annotator_attributes VALUES (?, ?, ?) ON CONFLICT (email, attribute) "
                        "DO UPDATE SET value = excluded.value WHERE value != excluded.value",
                        (address, name, value),
                    )
                else:
                    done = connection.execute(
                        "DELETE FROM annotator_attributes WHERE email = ? AND attribute = ?", (address, name)
                    )
                if done.rowcount:
                    changed.add(address)
    return len(changed)
