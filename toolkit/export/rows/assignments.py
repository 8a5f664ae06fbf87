"""Rows of the table ``assignments``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.export.content.flat_answers import numbered
from toolkit.export.content.study_content import OrderedContent
from toolkit.study.records import ASKED_AGAIN, DELETED, GOLD

_NOT_THEIRS = {"not_registered", "unknown_sentence", DELETED}


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return for each sentence and round one row per annotator who had it, then one for each who is still to come.

    The server hands out sentences as people ask for them: who is still to come has no name.
    """
    annotations, units = content.annotations, content.units
    which = np.flatnonzero(
        (units.of_annotation >= 0) & np.array([a.excluded_because not in _NOT_THEIRS for a in annotations], bool)
    )
    _, annotator = numbered(annotation.annotator for annotation in annotations)
    # of several by one annotator on a sentence the one that counts, or the last
    order = np.lexsort((which, units.counted[which], annotator[which], units.of_annotation[which]))
    which = which[order]
    pair = units.of_annotation[which] * (annotator.max(initial=0) + 1) + annotator[which]
    which = which[np.diff(pair, append=-1) != 0]
    which = np.sort(which)
    had = units.of_annotation[which]
    done = units.counted[which] | np.array(
        [annotations[at].excluded_because in {ASKED_AGAIN, GOLD} for at in which], bool
    )
    n_done = np.bincount(had[done], minlength=units.size)
    to_come = np.maximum(units.wanted - n_done, 0)
    unit = np.concatenate([had, np.repeat(np.arange(units.size), to_come)])
    place = np.concatenate([which, np.full(int(to_come.sum()), -1)])
    order = np.argsort(unit, kind="stable")
    unit, place = unit[order], place[order]
    begins = np.flatnonzero(np.diff(unit, prepend=-1))
    slot = np.arange(len(unit)) - np.repeat(begins, np.diff([*begins, len(unit)])) + 1
    states = [_status(annotation.excluded_because) for annotation in annotations]
    of_annotation = pa.array(place, mask=place < 0)
    names = content.annotation_columns
    return {
        **units.taken(unit),
        "slot": slot,
        "annotators_wanted": units.wanted[unit],
        "annotator": names["annotator"].take(of_annotation),
        "status": pa.array([*states, "open"], pa.string()).take(pa.array(np.where(place < 0, len(states), place))),
        "annotation_id": names["annotation_id"].take(of_annotation),
    }


def _status(excluded_because: str | None) -> str:
    match excluded_because:
        case None:
            return "done"
        case "skipped":
            return "skipped"
        case _:
            return "excluded"
