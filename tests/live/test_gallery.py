"""Every template of Label Studio's own gallery is read: as a codebook, the rest left out with a reason."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from toolkit.codebook.parse import parse
from toolkit.labelstudio.stock.codebook import written_codebook
from toolkit.labelstudio.stock.config import controls_of, shown_in

pytestmark = pytest.mark.live  # it needs the server's package, though no server

_SPEC = find_spec("label_studio")
TEMPLATES = sorted(Path(str(_SPEC.origin)).parent.glob("annotation_templates/**/*.yml")) if _SPEC is not None else []
OF_TEXT = {
    "text-classification": {"sentiment": "nominal"},
    "named-entity-recognition": {"label": "span"},
    "taxonomy": {"taxonomy": "taxonomy"},
    "content-moderation": {"content_moderation": "set", "comments": "text"},
    "question-answering": {"answer": "span"},
    "two-level-sentiment-analysis-of-x-twitter-posts": {"sentiment": "nominal", "other_props": "set"},
    "intent-classification-and-slot-filling": {"entity_slot": "span", "intent": "nominal"},
    "response-grading": {"rating": "ordinal"},
    "pairwise-classification": {"pw": "nominal"},
    "text-summarization": {"answer": "text"},
}
"""What ten of them that ask about texts become."""


def config_of(template: Path) -> str:
    document = YAML(typ="safe", pure=True).load(template.read_text(encoding="utf-8"))
    return str(document.get("config", ""))


def test_the_gallery_is_there() -> None:
    assert len(TEMPLATES) > 50


@pytest.mark.parametrize("template", TEMPLATES, ids=[str(path.parent.name) for path in TEMPLATES])
def test_a_template_becomes_a_valid_codebook_or_says_why_not(template: Path) -> None:
    config = config_of(template)
    if not config:
        return
    controls = controls_of(config, name="config.xml")
    shown = shown_in(config)
    book = written_codebook(controls, {}, title=template.parent.name, instructions_html="", where="x", not_marked={})
    assert set(book.left_out) | set(book.names.controls) == set(controls)
    assert all(book.left_out.values())
    if book.guesses:
        codebook = parse(book.text, source="codebook.yaml")
        assert [question.id for question in codebook.questions] == list(book.guesses)
        assert all(level for level, _ in book.guesses.values())
    assert all(field and kind for field, kind in shown.items())
    if template.parent.name in OF_TEXT:
        assert {question: level for question, (level, _) in book.guesses.items()} == OF_TEXT[template.parent.name]
