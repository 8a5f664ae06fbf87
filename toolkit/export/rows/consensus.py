"""Rows of the table ``consensus``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.export.content.flat_answers import LEVELS, objects
from toolkit.export.content.study_content import OrderedContent


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per sentence of a round and measured question that somebody coded it for; spans have no
    consensus.
    """
    votes, settled = content.votes, content.consensus
    found = settled.found
    rows = np.flatnonzero(~votes.of_level("span"))
    kept = pa.array(rows)
    return {
        **content.units.taken(votes.unit[rows]),
        "question": objects(votes.questions)[votes.question[rows]].tolist(),
        "level": objects(LEVELS)[votes.level[rows]].tolist(),
        "n_answers": votes.n_answers[rows],
        "n_cannot_be_judged": votes.n_cannot_be_judged[rows],
        "n_not_shown": votes.n_not_shown[rows],
        "method": objects(found.method)[rows].tolist(),
        "outcome": objects(settled.outcome)[rows].tolist(),
        "decided_by": objects(settled.decided_by)[rows].tolist(),
        "reason": objects(settled.reason)[rows].tolist(),
        "code": objects(found.code)[rows].tolist(),
        "codes": found.codes.take(kept),
        "number": found.number.take(kept),
        "tie": found.tie.take(kept),
        "share": found.share.take(kept),
        "entropy": found.entropy.take(kept),
        "applies": found.applies.take(kept),
        "undefined_because": objects(settled.undefined_because)[rows].tolist(),
    }
