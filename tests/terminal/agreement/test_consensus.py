from __future__ import annotations

from tests.terminal.printed import words
from toolkit.agreement.consensus_reliability import NO_CONSENSUS, ConsensusReliability
from toolkit.terminal.agreement.consensus import consensus_text
from toolkit.words.reasons import OF_STUDY


def test_one_column_a_number_of_coders_and_ranges_where_nobody_knows() -> None:
    one = ConsensusReliability(k=1, low=0.6, high=0.6, method="panels")
    three = ConsensusReliability(k=3, low=0.61, high=0.88, method="models")
    none = ConsensusReliability(k=1, low=None, high=None, method=None, undefined_because=NO_CONSENSUS)
    text = words(consensus_text({"voice": (one, three), "frames": (none,)}, nouns=OF_STUDY))
    assert "question one 3 now" in text
    assert "voice .60 .61–.88 3" in text
    assert "frames – a" in text
    assert "a no consensus: sets and spans have none" in text
    assert "A range: it cannot be known from so few coders." in text
    alone = words(consensus_text({"voice": (one,)}, nouns=OF_STUDY))
    assert "A range" not in alone
