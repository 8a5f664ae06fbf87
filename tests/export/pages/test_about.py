"""What study.yaml says of licence, people and sources reaches every page of an export, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.loop.several_rounds import several_rounds
from toolkit.errors import BadInput
from toolkit.export.checking.validate import validate_export
from toolkit.export.pages.manifest import read_manifest
from toolkit.loop.export import export
from toolkit.study import settings
from toolkit.study.folder import Study

SAID = """\
licence: CC-BY-4.0
contributors:
  - {name: Ana Example, role: author, organization: Institute of Examples, url: "https://example.org/ana"}
  - {name: The desk}
funder: Example Foundation
contact: data@example.org
sources:
  - {title: The Daily Example, url: "https://example.org"}
"""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return several_rounds(tmp_path / "study")


def say(study: Study, text: str) -> None:
    with study.settings_file.open("a", encoding="utf-8") as file:
        file.write(text)


def document(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_bytes())
    return found


def test_it_reaches_data_card_data_package_and_croissant(study: Study) -> None:
    say(study, SAID)
    made = export(study, replicates=0)
    assert not made.licence_missing
    assert validate_export(made.folder).faults == ()
    package, croissant = document(made.folder, "datapackage.json"), document(made.folder, "croissant.json")
    page = "https://spdx.org/licenses/CC-BY-4.0.html"
    assert package["licenses"] == [{"name": "CC-BY-4.0", "path": page}]
    assert package["contributors"] == [
        {
            "title": "Ana Example", "organization": "Institute of Examples", "path": "https://example.org/ana",
            "roles": ["author"],
        },
        {"title": "The desk"},
        {"title": "Example Foundation", "roles": ["funder"]},
        {"title": "data@example.org", "roles": ["contact"]},
    ]  # fmt: skip
    assert package["sources"] == [{"title": "The Daily Example", "path": "https://example.org"}]
    assert croissant["license"] == page
    assert [one["name"] for one in croissant["creator"]] == ["Ana Example", "The desk"]
    assert croissant["funder"] == [{"@type": "sc:Organization", "name": "Example Foundation"}]
    assert croissant["isBasedOn"][0]["url"] == "https://example.org"
    card = (made.folder / "README.md").read_text(encoding="utf-8")
    for said in (
        f"Licence: CC-BY-4.0 ({page}). The texts belong to whoever published the articles, whatever the licence.",
        "- By Ana Example, author, Institute of Examples, https://example.org/ana",
        "- Funded by Example Foundation", "- Contact: data@example.org",
        "- From The Daily Example, https://example.org",
    ):  # fmt: skip
        assert said in card


def test_a_licence_that_is_stated_makes_a_version_and_its_absence_is_said_once(study: Study) -> None:
    first, again = export(study, replicates=0), export(study, replicates=0)
    assert (first.licence_missing, again.changed, again.licence_missing) == (True, False, False)
    say(study, "licence: https://example.org/terms\n")
    stated = export(study, replicates=0)
    assert (stated.changed, stated.version, stated.licence_missing) == (True, 2, False)
    assert read_manifest(stated.folder / "manifest.json").semantic_version == "1.0.1"
    assert document(stated.folder, "datapackage.json")["licenses"] == [{"path": "https://example.org/terms"}]
    text = study.settings_file.read_text(encoding="utf-8").replace("licence: https", "# licence: https")
    study.settings_file.write_text(text, encoding="utf-8")
    assert export(study, replicates=0).licence_missing


def test_nothing_is_made_up_where_nothing_is_said(study: Study) -> None:
    made = export(study, replicates=0)
    package = document(made.folder, "datapackage.json")
    assert not {"licenses", "contributors", "sources"} & {*package}
    assert document(made.folder, "croissant.json")["license"]["name"] == "Not stated"
    assert "No licence is stated here." in (made.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("licence: whatever you like\n", "licence is neither an SPDX identifier, as CC-BY-4.0, nor an address"),
        ("contributors: [{role: author}]\n", "is missing"),
        ("contributors: [{name: A, url: example.org}]\n", "url 'example.org' is no address"),
        ("sources: [{title: A, link: b}]\n", "is no setting of a study"),
        ("funder: ['']\n", "is empty"),
    ],
)
def test_what_cannot_be_meant_is_a_fault_of_study_yaml(study: Study, text: str, said: str) -> None:
    say(study, text)
    with pytest.raises(BadInput) as caught:
        settings.read(study.settings_file)
    assert any(said in fault.message for fault in caught.value.faults)


def test_an_expression_of_licences_has_no_page(study: Study) -> None:
    say(study, "licence: CC-BY-4.0 OR ODbL-1.0\n")
    made = export(study, replicates=0)
    assert document(made.folder, "datapackage.json")["licenses"] == [{"title": "CC-BY-4.0 OR ODbL-1.0"}]
    assert document(made.folder, "croissant.json")["license"]["name"] == "CC-BY-4.0 OR ODbL-1.0"


def test_whatever_is_said_the_first_lines_of_the_card_can_be_read(study: Study) -> None:
    named = 'name: "a\\x7fb\\n---\\n# <b>"\n'
    text = study.settings_file.read_text(encoding="utf-8")
    study.settings_file.write_text(named + text.partition("\n")[2], encoding="utf-8")
    say(study, "licence: LicenseRef-ours\ncontact: ' data@example.org '\n")
    made = export(study, to=study.folder.parent / "out", replicates=0)
    card = (made.folder / "README.md").read_text(encoding="utf-8")
    front = YAML(typ="safe").load(card.split("---\n")[1])
    assert (front["pretty_name"], front["license"]) == ("a\x7fb\n---\n# <b>", "licenseref-ours")
    assert {one["config_name"] for one in front["configs"]} >= {"answers", "sentences"}
    package = document(made.folder, "datapackage.json")
    assert package["licenses"] == [{"name": "LicenseRef-ours"}]  # no page is made up for it
    assert package["contributors"] == [{"title": "data@example.org", "roles": ["contact"]}]
    assert validate_export(made.folder).faults == ()


@pytest.mark.parametrize("text", ["contact: '  '\n", "funder: ' '\n", "contributors: [{name: ' '}]\n"])
def test_blanks_are_nothing_that_is_said(study: Study, text: str) -> None:
    say(study, text)
    with pytest.raises(BadInput):
        settings.read(study.settings_file)
