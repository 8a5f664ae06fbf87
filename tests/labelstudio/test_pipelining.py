"""What is on its way while other things are done, and what is never sent."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from toolkit.labelstudio.pipelining import answers_to


def test_the_next_is_on_its_way_before_the_answer_to_the_one_before_is_handled() -> None:
    second_arrived = Event()

    def send(batch: int) -> int:
        if batch == 2:
            second_arrived.set()
        return batch * 10

    answers = answers_to(send, [1, 2])
    assert next(answers) == (1, 10)
    assert second_arrived.wait(timeout=60)
    assert list(answers) == [(2, 20)]


def test_one_is_put_together_while_the_one_before_is_on_its_way() -> None:
    third_made = Event()

    def batches() -> Iterator[int]:
        yield 1
        yield 2
        third_made.set()
        yield 3

    def send(batch: int) -> int:
        assert batch != 2 or third_made.wait(timeout=60)
        return batch

    assert list(answers_to(send, batches())) == [(1, 1), (2, 2), (3, 3)]


def test_nothing_is_sent_after_one_that_was_not_answered() -> None:
    sent = []

    def send(batch: int) -> int:
        sent.append(batch)
        if batch == 2:
            raise ConnectionError
        return batch

    answers = answers_to(send, [1, 2, 3])
    assert next(answers) == (1, 1)
    with pytest.raises(ConnectionError):
        list(answers)
    assert sent == [1, 2]
