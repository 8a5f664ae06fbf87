"""What ``import intercoder`` gives; every name here is public, documented in docs/python.md, and kept."""

from __future__ import annotations

from toolkit import __version__
from toolkit.agreement.estimate import Estimate
from toolkit.api.agreements import Agreement, Explanation, agreement
from toolkit.api.reports import report
from toolkit.api.study import Export, Study, adopt, init, read_export
from toolkit.errors import (
    BadInput,
    BelowThreshold,
    ContractViolated,
    Fault,
    IntercoderError,
    ServerRefused,
    ServerUnreachable,
    TransferIncomplete,
    UsageError,
)
from toolkit.loop.add import add
from toolkit.loop.adjudication.agreed import accept_agreed
from toolkit.loop.adjudication.design import AdjudicationAsked
from toolkit.loop.adjudication.start import start as start_adjudication
from toolkit.loop.adjudication.status import status as adjudication_status
from toolkit.loop.annotator_attributes import import_attributes as import_annotators
from toolkit.loop.annotator_overview import show_annotators
from toolkit.loop.annotator_removal import remove_annotator, replace_annotator
from toolkit.loop.annotators import add as add_annotators
from toolkit.loop.backup import backup
from toolkit.loop.codebook import check as check_codebook
from toolkit.loop.codebook import diff as compare_codebooks
from toolkit.loop.connect import connect
from toolkit.loop.disagreement.request import DisagreementRequest
from toolkit.loop.disagreements import disagreements
from toolkit.loop.doctor import doctor
from toolkit.loop.erase import erase as erase_annotator
from toolkit.loop.escalate import escalate, escalated
from toolkit.loop.export import difference as compare_exports
from toolkit.loop.export import export
from toolkit.loop.feedback.letters import feedback
from toolkit.loop.migrate import migrate as migrate_codebook
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.pushing.design import Design
from toolkit.loop.review.review import codebook_review as review_codebook
from toolkit.loop.rounds.ended import close_round, discard_round, reopen_round
from toolkit.loop.rounds.listed import listed as list_rounds
from toolkit.loop.rounds.renamed import rename_round
from toolkit.loop.schema import SchemaDifference, schema_difference
from toolkit.loop.server import start as start_server
from toolkit.loop.server import stop as stop_server
from toolkit.loop.status import status
from toolkit.loop.validate import validate
from toolkit.loop.watch import watch

__all__ = [
    "AdjudicationAsked",
    "Agreement",
    "BadInput",
    "BelowThreshold",
    "ContractViolated",
    "Design",
    "DisagreementRequest",
    "Estimate",
    "Explanation",
    "Export",
    "Fault",
    "IntercoderError",
    "SchemaDifference",
    "ServerRefused",
    "ServerUnreachable",
    "Study",
    "TransferIncomplete",
    "UsageError",
    "__version__",
    "accept_agreed",
    "add",
    "add_annotators",
    "adjudication_status",
    "adopt",
    "agreement",
    "backup",
    "check_codebook",
    "close_round",
    "compare_codebooks",
    "compare_exports",
    "connect",
    "disagreements",
    "discard_round",
    "doctor",
    "erase_annotator",
    "escalate",
    "escalated",
    "export",
    "feedback",
    "import_annotators",
    "init",
    "list_rounds",
    "migrate_codebook",
    "pull",
    "push",
    "read_export",
    "remove_annotator",
    "rename_round",
    "reopen_round",
    "replace_annotator",
    "report",
    "review_codebook",
    "schema_difference",
    "show_annotators",
    "start_adjudication",
    "start_server",
    "status",
    "stop_server",
    "validate",
    "watch",
]
