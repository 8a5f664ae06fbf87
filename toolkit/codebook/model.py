"""A codebook: the questions put to an annotator and the categories that may answer them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Level = Literal["nominal", "ordinal", "interval", "ratio", "set", "taxonomy", "span", "text"]
"""Level of measurement; or the kind of answer, where that says more."""

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9+\-][A-Za-z0-9_+\-.]*$", max_length=60)]
Text = Annotated[str, Field(pattern=r"\S")]
Share = Annotated[float, Field(ge=-1, le=1)]

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Neighbour(BaseModel):
    """A category that is taken for another one, and what tells that the other one is meant."""

    model_config = _STRICT

    when: Text = Field(description="What is the case where the other category applies; read after 'if'.")
    then: Code = Field(description="Code of the category of this question that applies then.")


class Category(BaseModel):
    """One permitted answer. Its code is permanent: titles and definitions may be mended, codes never."""

    model_config = _STRICT

    code: Code = Field(description="Permanent code; this is what is stored and exported.")
    title: Text = Field(description="What the annotator reads on the page.")
    definition: Text = Field(description="When this category applies; shown on hover.")
    hotkey: Annotated[str, Field(pattern=r"^\S+$", max_length=20)] | None = Field(
        default=None, description="Key that chooses it; unique in the codebook."
    )
    parent: Code | None = Field(
        default=None,
        description="Code of the category this one belongs under (taxonomy); parents cannot be chosen.",
    )
    missing: bool = Field(
        default=False, description="True for 'cannot be judged', 'unclear': an answer outside the scale."
    )
    examples: list[Text] = Field(default_factory=list, description="Texts that belong in it.")
    counter_examples: list[Text] = Field(
        default_factory=list, description="Texts that look as if they belonged in it, and do not."
    )
    not_this_but: list[Neighbour] = Field(
        default_factory=list, description="When another category of the question applies in its place, and which."
    )

    @property
    def wording(self) -> tuple[object, ...]:
        """Everything it says to an annotator: what may be mended while its code stays."""
        return (self.title, self.definition, self.examples, self.counter_examples, self.not_this_but)


class Question(BaseModel):
    """One question, its level of measurement and its categories."""

    model_config = _STRICT

    id: Identifier = Field(description="Permanent name; a column and a control are named after it.")
    text: Text = Field(description="The question as the annotator reads it.")
    level: Level = Field(description="Level of measurement, or the kind of answer where that says more.")
    required: bool = Field(default=True, description="Whether the page insists on an answer where it is shown.")
    show_if: dict[Identifier, list[Code]] = Field(
        default_factory=dict,
        description="Shown only when each named question was answered with one of the listed categories.",
    )
    target: Share | dict[Code, Share] | None = Field(
        default=None,
        description="Agreement to reach: a number, or a map per depth (1, 2, …) or per span label.",
    )
    target_because: Text | None = Field(
        default=None, description="Why the target is what it is; expected where one is below the customary .667."
    )
    agreement: bool = Field(default=True, description="False keeps it out of the agreement table (confidence, note).")
    order: list[Code] = Field(default_factory=list, description="Ordinal questions: categories from low to high.")
    at_most: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Set questions: the most categories an answer may hold."
    )
    preselected: Code | None = Field(default=None, description="Category already chosen when the page opens.")
    minimum: float | None = Field(default=None, description="Interval and ratio questions: smallest number accepted.")
    maximum: float | None = Field(default=None, description="Interval and ratio questions: largest number accepted.")
    categories: list[Category] = Field(default_factory=list, description="Permitted answers, in the order shown.")

    @cached_property
    def by_code(self) -> Mapping[str, Category]:
        """Categories by their code, parents included."""
        return {category.code: category for category in self.categories}

    @cached_property
    def parents(self) -> frozenset[str]:
        """Codes of the categories that only group others and cannot be chosen."""
        return frozenset(category.parent for category in self.categories if category.parent is not None)

    @cached_property
    def choosable(self) -> tuple[Category, ...]:
        """Categories an annotator can choose, in the order shown."""
        return tuple(category for category in self.categories if category.code not in self.parents)

    @cached_property
    def scale(self) -> tuple[str, ...]:
        """Codes of the categories on the scale (not missing), lowest first where there is an order."""
        return tuple(self.order) or tuple(c.code for c in self.choosable if not c.missing)

    @cached_property
    def missing_codes(self) -> frozenset[str]:
        """Codes that say 'cannot be judged': answers outside the scale."""
        return frozenset(category.code for category in self.categories if category.missing)

    @cached_property
    def submitted_as(self) -> Mapping[str, str]:
        """The code of the category that what can be submitted stands for: its code, or its path in a taxonomy."""
        paths = {self.stored(category.code): category.code for category in self.choosable}
        return paths | {category.code: category.code for category in self.choosable}

    def path(self, code: str) -> tuple[str, ...]:
        """Return codes from the root of the tree down to ``code``; just ``(code,)`` where there is no tree."""
        steps = [code]
        while (parent := self.by_code[steps[-1]].parent) is not None:
            steps.append(parent)
        return tuple(reversed(steps))

    def stored(self, code: str) -> str:
        """Return what an answer that chose ``code`` is stored as: its path, ``EXPERT/think_tank``; the code without
        a tree.
        """
        return "/".join(self.path(code))


def _yes_or_no(said: object) -> object:
    """YAML 1.2 reads ``yes`` and ``no`` as words, and a person means truth values by them."""
    return {"yes": True, "no": False}.get(said, said) if isinstance(said, str) else said


YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no, json_schema_input_type=bool | Literal["yes", "no"])]


class Shown(BaseModel):
    """What annotators see above the sentence, besides what stands before it in the article."""

    model_config = _STRICT

    title: YesOrNo = Field(default=True, description="The title of the article.")
    outlet: YesOrNo = Field(
        default=True, description="For an article without a title its id, which is often a file's name: an outlet's."
    )


class Codebook(BaseModel):
    """A named, versioned set of questions with the decision rules annotators follow."""

    model_config = _STRICT

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)] = Field(
        description="Name of the codebook."
    )
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")] = Field(description="Version, as in 1.0.0.")
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] = Field(description="BCP 47 language tag.")
    instructions: list[Text] = Field(min_length=1, description="Decision rules, shown to annotators in this order.")
    show: Shown = Field(default=Shown(), description="What annotators see above the sentence.")
    questions: list[Question] = Field(min_length=1, description="Questions, in the order shown.")

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        """Questions by their id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of everything the codebook says, independent of the file's layout and comments."""
        said = self.model_dump(mode="json")
        # What codebooks could not say at first is left out while it says nothing: what was handed out keeps its hash.
        if self.show == Shown():
            del said["show"]
        for question in said["questions"]:
            for later in ("at_most", "target_because"):
                if question[later] is None:
                    del question[later]
            for category in question["categories"]:
                for later in ("examples", "counter_examples", "not_this_but"):
                    if not category[later]:
                        del category[later]
        canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def measured(self) -> Iterator[Question]:
        """Yield questions that belong in the agreement table, in order."""
        return (question for question in self.questions if question.agreement and question.level != "text")
