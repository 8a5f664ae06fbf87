"""Two replays of one coding at once, in processes of their own: every answer is entered exactly once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.loop.conftest import WRITER, LiveStudy
from toolkit.errors import UsageError
from toolkit.loop.replay import replay
from toolkit.study import articles

pytestmark = pytest.mark.live

COMMAND = "from toolkit.cli.boundary import run; run()"


def recording(study: LiveStudy, file: Path) -> Path:
    """A coding of every sentence of the study."""
    with study.study.database() as database:
        lines = [
            {"article": s.article_id, "position": s.position, "sentence": s.text, "answers": WRITER, "marks": {}}
            for s in articles.sentences(database)
        ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def annotations_on_server(study: LiveStudy) -> list[int]:
    """How many annotations each sentence carries."""
    with study.server.as_lead() as lead:
        return [item.n_annotations for page in lead.sentences_on_server(study.project_id()) for item in page]


def test_two_at_once_enter_every_answer_once(pushed: LiveStudy, tmp_path: Path) -> None:
    file, email = recording(pushed, tmp_path / "coding.jsonl"), pushed.emails[0]
    command = [sys.executable, "-c", COMMAND, "replay", str(file), "--annotator", email]
    command += ["--study", str(pushed.study.folder)]
    both = [
        subprocess.Popen(command, cwd=Path(__file__).parents[3], stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    ended = [(each.communicate()[1], each.returncode) for each in both]
    assert annotations_on_server(pushed) == [1] * 5
    # whoever came second while the first was at it is told so; after it, there was nothing left to enter
    for said, code in ended:
        assert (code == 0 and "coding.jsonl: entered" in said) or (code == UsageError.exit_code and "another" in said)
    assert 0 in [code for _, code in ended]


def test_whoever_comes_second_is_told(pushed: LiveStudy, tmp_path: Path) -> None:
    file = recording(pushed, tmp_path / "coding.jsonl")
    first, second = pushed.emails

    def meanwhile(_what: str, done: int, _total: int | None) -> None:
        if done == 1:
            with pytest.raises(UsageError, match="another replay") as refused:
                replay(pushed.study, file, email=first.upper())
            assert first not in str(refused.value)
            assert replay(pushed.study, file, email=second).n_entered == 5  # another account is not held up
            with pushed.study.locked():  # nor is another command
                pass

    assert replay(pushed.study, file, email=first, progress=meanwhile).n_entered == 5
    assert replay(pushed.study, file, email=first).n_already == 5
    assert annotations_on_server(pushed) == [2] * 5
