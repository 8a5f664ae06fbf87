"""Two exports to one address, and one that is killed: at every request there is one newest version, and it is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from botocore.exceptions import ConnectionClosedError

from tests.export.contents import SPARSE
from tests.export.store.contents import FIRST, FROM, OTHER, SECOND, shown, whole_versions
from tests.export.store.server import Bucket, Killed, watched
from toolkit.errors import TransferIncomplete
from toolkit.export.content.study_content import StudyContent
from toolkit.export.store.publishing import export_to_store
from toolkit.loop.validate import validate

pytestmark = pytest.mark.slow

# What a second export asks for, in this order; tables are put at the same time.
READ = "GET v1/manifest.json"
WRITTEN = (
    "PUT .draft/v2",
    "PUT v2/answers.parquet",
    "PUT v2/manifest.json",
    "PUT latest.json",
)
LAST = "PUT .draft/v2 again"


def at(step: str, happens: Callable[[], object]) -> Callable[[int, str], None]:
    """Have it happen once, before the request of a step."""
    wanted, left = step.removesuffix(" again"), [4 if step == LAST else 1]  # a claim, two trials of it, and its end

    def before(_: int, said: str) -> None:
        if said == wanted and left[0]:
            left[0] -= 1
            if not left[0]:
                happens()

    return before


def killed() -> None:
    raise Killed


@pytest.mark.parametrize("step", [*WRITTEN, LAST])
def test_killed_before_a_request_and_run_again(exported: Bucket, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    before = shown(exported.objects())
    with watched(monkeypatch, before=at(step, killed)), pytest.raises(Killed):
        export_to_store(SECOND, exported.address, FROM)
    left = shown(exported.objects())
    if step == LAST:  # published already
        assert whole_versions(left) == [1, 2]
    else:
        assert {name: left[name] for name in before} == before
    again = export_to_store(SECOND, exported.address, FROM)
    assert again.changed == (step != LAST)
    assert whole_versions(exported.objects()) == [1, 2 if step in {WRITTEN[0], LAST} else 3]


def test_killed_in_the_first_export_of_all(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(monkeypatch, before=at("PUT latest.json", killed)), pytest.raises(Killed):
        export_to_store(FIRST, bucket.address, FROM)
    made = export_to_store(SECOND, bucket.address, FROM)
    assert (made.version, made.semantic_version) == (2, "1.0.0")
    assert whole_versions(bucket.objects()) == [2]


@pytest.mark.parametrize("step", [READ, *WRITTEN, LAST])
def test_another_export_comes_first(exported: Bucket, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """It does all it does, before a request of ours."""

    def other() -> None:
        export_to_store(OTHER, exported.address, FROM)

    with watched(monkeypatch, before=at(step, other)):
        if step == LAST:
            export_to_store(SECOND, exported.address, FROM)
        else:
            with pytest.raises(TransferIncomplete, match="came first: it was not touched, and this one is not there"):
                export_to_store(SECOND, exported.address, FROM)
    versions = whole_versions(exported.objects())
    assert len(versions) == (3 if step == LAST else 2)
    assert export_to_store(SECOND, exported.address, FROM).changed
    assert whole_versions(exported.objects()) == [*versions, versions[-1] + 1]


def test_killed_while_another_that_was_killed_lies_there(exported: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in ("PUT v2/manifest.json", "PUT latest.json"):
        with watched(monkeypatch, before=at(step, killed)), pytest.raises(Killed):
            export_to_store(SECOND, exported.address, FROM)
    assert export_to_store(OTHER, exported.address, FROM).version == 4
    assert whole_versions(exported.objects()) == [1, 4]


def test_what_a_late_one_puts_is_cleared_by_the_next(exported: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is overtaken while it puts its manifest, whose number was cleared, and then it is killed."""
    with watched(monkeypatch, before=_overtaken_then_killed(exported)), pytest.raises(Killed):
        export_to_store(SECOND, exported.address, FROM)
    assert "v2/manifest.json" in exported.objects()
    assert validate(str(exported.address)).versions == (1, 3)
    assert not export_to_store(OTHER, exported.address, FROM).changed
    assert whole_versions(exported.objects()) == [1, 3]


def _overtaken_then_killed(bucket: Bucket) -> Callable[[int, str], None]:
    done: list[str] = []

    def before(_: int, said: str) -> None:
        if said == "PUT v2/manifest.json" and not done:
            done.append(said)
            export_to_store(OTHER, bucket.address, FROM)
            done.append(said)
        elif said == "PUT latest.json" and len(done) == 2:
            raise Killed

    return before


def test_four_at_once(bucket: Bucket) -> None:
    """Whoever is told that it came first is there; whoever is told that another did is not."""
    contents = [_with_a_note(number) for number in range(4)]
    start = Barrier(len(contents))

    def export(content: StudyContent) -> int | None:
        start.wait()
        try:
            return export_to_store(content, bucket.address, FROM).version
        except TransferIncomplete:
            return None

    with ThreadPoolExecutor(len(contents)) as threads:
        told = [version for version in threads.map(export, contents) if version is not None]
    assert told
    assert len({*told}) == len(told)
    final = export_to_store(FIRST, bucket.address, FROM).version
    assert whole_versions(bucket.objects()) == sorted([*told, final])


def _with_a_note(number: int) -> StudyContent:
    (one,) = SECOND.annotations[1:]
    assert one.annotator == SPARSE.annotator
    return replace(SECOND, annotations=[*SECOND.annotations[:1], replace(one, seconds_spent=float(number))])


def test_an_answer_that_got_lost_is_no_other_export(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store did what it was asked; the client never heard of it, and asks again."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    for name in (".draft/v1", "v1/answers.parquet", "v1/manifest.json", "latest.json"):
        address = bucket.elsewhere()
        lost: list[str] = []

        def after(_: int, said: str, name: str = name, lost: list[str] = lost) -> None:
            if said.startswith("PUT") and said.endswith(name) and not lost:
                lost.append(said)
                raise ConnectionClosedError(endpoint_url="http://…")

        with watched(monkeypatch, after=after):
            assert export_to_store(FIRST, replace(address, prefix=f"{address.prefix}/exports/study"), FROM).changed
        assert lost


def test_an_answer_got_lost_and_another_export_came_after(exported: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was published, and is no more the newest when the client asks again: it is not taken for one that lost."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    lost: list[str] = []

    def after(_: int, said: str) -> None:
        if said == "PUT latest.json" and not lost:
            lost.append(said)
            export_to_store(OTHER, exported.address, FROM)
            raise ConnectionClosedError(endpoint_url="http://…")

    with watched(monkeypatch, after=after):
        assert export_to_store(SECOND, exported.address, FROM).version == 2
    assert whole_versions(exported.objects()) == [1, 2, 3]


_CHILD = """
    import os, signal, sys
    import pytest
    from tests.export.store.contents import FROM, SECOND
    from tests.export.store.server import watched
    from tests.export.store.test_others_and_kills import at
    from toolkit.export.store.address import StoreAddress
    from toolkit.export.store.publishing import export_to_store

    with watched(pytest.MonkeyPatch(), before=at(sys.argv[2], lambda: os.kill(os.getpid(), signal.SIGKILL))):
        export_to_store(SECOND, StoreAddress(sys.argv[1], "exports/study"), FROM)
"""


@pytest.mark.parametrize("step", ["PUT v2/answers.parquet", "PUT latest.json"])
def test_a_process_that_is_killed(exported: Bucket, tmp_path: Path, step: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_CHILD), exported.address.bucket, step],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "TMPDIR": str(tmp_path)},
        check=False,
        timeout=120,
        capture_output=True,
        text=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert export_to_store(SECOND, exported.address, FROM).version == 3
    assert whole_versions(exported.objects()) == [1, 3]
