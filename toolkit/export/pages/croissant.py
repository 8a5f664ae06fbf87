"""``croissant.json``: the version as an MLCommons Croissant 1.0 dataset, with what responsible use asks for (RAI)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from toolkit.export.contract.schema import Column, TableSchema
from toolkit.export.pages.datapackage import MEDIA_TYPE, package_name
from toolkit.export.pages.manifest import Manifest
from toolkit.export.pages.phrases import blindness, coded_by, excluded, figure, limits, personal, rights
from toolkit.export.pages.summary import Summary
from toolkit.study.about import Contributor, DataSource

FILE = "croissant.json"
CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context every Croissant 1.0 document has, word for word."""

_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
    "array": "sc:Text",
}


def croissant(manifest: Manifest, schemas: Mapping[str, TableSchema], found: Summary) -> str:
    """Return the Croissant document of a version; ``schemas`` are of the tables as they were written, templates
    expanded.
    """
    names = sorted(manifest.tables)
    document = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": package_name(manifest.study),
        "description": f"Sentences of articles coded by {coded_by(found)}: every annotator's answer to every question, "
        "and how far they agree.",
        "version": manifest.semantic_version,
        **_published(manifest),
        "license": manifest.about.licence_page
        or {
            "@type": "sc:CreativeWork",
            "name": manifest.about.licence or "Not stated",
            "description": rights(manifest),
        },
        "creator": [_person(one) for one in manifest.about.contributors]
        or {"@type": "sc:Organization", "name": f"The team of the study {manifest.study}"},
        **({"funder": [_organization(name) for name in manifest.about.funder]} if manifest.about.funder else {}),
        **({"maintainer": _organization(manifest.about.contact)} if manifest.about.contact else {}),
        **({"isBasedOn": [_source(one) for one in manifest.about.sources]} if manifest.about.sources else {}),
        "url": f"urn:intercoder:{manifest.study_id}:v{manifest.version}",
        "citeAs": f"{manifest.study}, version {manifest.version}, content {manifest.content_sha256[:12]}",
        "keywords": ["annotation", "content analysis", "inter-annotator agreement"],
        **({"inLanguage": list(found.languages)} if found.languages else {}),
        **_responsible(manifest, found),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": file.path,
                "name": file.path,
                "description": schemas[name].title,
                "contentUrl": file.path,
                "contentSize": f"{file.bytes} B",
                "encodingFormat": MEDIA_TYPE.replace("vnd.apache.parquet", "x-parquet"),
                "sha256": file.sha256,
            }
            for name in names
            for file in [manifest.tables[name]]
        ],
        "recordSet": [_records(schemas[name], manifest.tables[name].path) for name in names],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _person(one: Contributor) -> dict[str, Any]:
    return {
        "@type": "sc:Person",
        "name": one.name,
        **({"jobTitle": one.role} if one.role else {}),
        **({"affiliation": _organization(one.organization)} if one.organization else {}),
        **({"url": one.url} if one.url else {}),
    }


def _organization(name: str) -> dict[str, str]:
    return {"@type": "sc:Organization", "name": name}


def _source(one: DataSource) -> dict[str, str]:
    return {"@type": "sc:CreativeWork", "name": one.title, **({"url": one.url} if one.url else {})}


def _published(manifest: Manifest) -> dict[str, str]:
    """The day up to which the newest round was pulled: the state of the data, not the day of the export."""
    days = [state.watermark[:10] for state in manifest.rounds if state.watermark]
    return {"datePublished": max(days)} if days else {}


def _responsible(manifest: Manifest, found: Summary) -> dict[str, Any]:
    instructions = [
        f"Round {name}: codebook {book.name} {book.version}. "
        + " ".join(f"{question.id} ({question.level}): {question.text}" for question in book.questions)
        + ("" if not book.instructions else " Instructions: " + " ".join(book.instructions))
        for name, book in found.codebooks.items()
    ]
    most = max(found.per_sentence, default=0)
    return {
        "rai:dataCollection": "Articles were added by the people who run the study and cut into sentences once"
        + (f" ({', '.join(found.splitters)})." if found.splitters else "."),
        "rai:dataAnnotationProtocol": [*instructions, *blindness(found)] or ["Nothing was coded yet."],
        "rai:dataAnnotationPlatform": ["Label Studio, with tasks and labelling pages made by intercoder"],
        "rai:dataAnnotationAnalysis": [
            "Disagreement is kept: one row per annotator and question. Agreement over all answers, by question:",
            *(figure(one) for one in found.agreement),
        ],
        "rai:annotationsPerItem": f"{min(found.per_sentence, default=0)} to {most} annotators per sentence and round"
        if most
        else "none yet",
        "rai:annotatorDemographics": [
            f"{found.annotators} annotators, under pseudonyms; "
            + (
                "their e-mail addresses are in annotators.email"
                if manifest.options.identities
                else "nothing else is said"
                if not manifest.options.attributes
                else "what is known of them is in annotators.attributes"
            )
        ],
        "rai:machineAnnotationTools": ["none; annotations.from_prediction marks annotations begun from a prediction"],
        "rai:dataPreprocessingProtocol": ["Texts are as they were added; offsets count Unicode code points."],
        "rai:dataLimitations": limits(manifest, found) + excluded(found),
        "rai:personalSensitiveInformation": [personal(manifest)],
        "rai:dataReleaseMaintenancePlan": "Versions never change. A new one is made only when rows or codebooks do; "
        "latest.json beside the versions names the newest.",
    }


def _records(schema: TableSchema, path: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": schema.name,
        "name": schema.name,
        "description": schema.description,
        "key": [{"@id": f"{schema.name}/{name}"} for name in schema.primary_key],
        "field": [_field(schema.name, column, path) for column in schema.columns],
    }


def _field(table: str, column: Column, path: str) -> dict[str, Any]:
    # no references: readers take them as joins, and mlcroissant then fails on tables or repeats rows;
    # the foreign keys are in datapackage.json
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": _TYPES[column.type],
        **({"repeated": True} if column.type == "array" else {}),
        "source": {"fileObject": {"@id": path}, "extract": {"column": column.name}},
    }
