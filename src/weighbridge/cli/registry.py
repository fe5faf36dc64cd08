"""`weighbridge registry`: a registry as a dataset."""

from __future__ import annotations

import click

from weighbridge.cli.lazy import Entry, LazyGroup

COMMANDS = {
    "snapshot": Entry("weighbridge.cli.registry_snapshot:snapshot", "Ask a registry for its models, resumably."),
    "import": Entry("weighbridge.cli.registry_import:import_", "Take public dumps into a dataset."),
    "histories": Entry("weighbridge.cli.registry_histories:histories", "Fetch the commits of a snapshot's models."),
    "owners": Entry("weighbridge.cli.registry_owners:owners", "Ask which owners are organisations, and verified."),
    "measure": Entry("weighbridge.cli.registry_measure:measure", "Put every model through the checks of an audit."),
    "study": Entry(
        "weighbridge.cli.registry_study:study", "The figures of the published studies, and more, in one page."
    ),
    "names": Entry("weighbridge.cli.registry_names:names", "Tell how models are named, and which names to be wary of."),
    "query": Entry("weighbridge.cli.registry_query:query", "Ask a dataset a question in SQL."),
}

_EPILOG = """\b
Examples:
  weighbridge registry snapshot --limit 5000 -o hub/
  weighbridge registry import models.jsonl.gz -o hub/
  weighbridge registry measure hub/
  weighbridge registry study hub/ -o study.html
  weighbridge registry names hub/
  weighbridge registry query hub/ "select licence, count(*) from models group by all order by 2 desc"

Needs the extra `registry`: pip install 'weighbridge[registry]'.
"""


@click.group(cls=LazyGroup, entries=COMMANDS, epilog=_EPILOG)
def registry() -> None:
    """Make a dataset of a registry, measure it with the same checks as an audit, and ask it questions."""
