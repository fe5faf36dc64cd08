"""The page of commands, made from what `--help` prints."""

from __future__ import annotations

from collections.abc import Iterator

import click

from weighbridge.cli.main import cli

_WIDTH = 100
_HEAD = """\
# The commands

Every command and every option, as `--help` prints them. This page is generated.

"""


def page() -> str:
    """Return the whole page."""
    listed = list(walk(cli, None, "weighbridge"))
    index = "\n".join(f"- [`{name}`](#{_anchor(name)})" for name, _ in listed)
    parts = [f"## {name}\n\n```text\n{text}\n```" for name, text in listed]
    return _HEAD + index + "\n\n" + "\n\n".join(parts) + "\n"


def walk(command: click.Command, parent: click.Context | None, name: str) -> Iterator[tuple[str, str]]:
    """Yield every command's full name with its help."""
    settings = {**command.context_settings, "terminal_width": _WIDTH, "max_content_width": _WIDTH}
    context = click.Context(command, parent, name, **settings)
    yield context.command_path, _trimmed(command.get_help(context))
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            held = command.get_command(context, sub)
            if held is not None:
                yield from walk(held, context, sub)


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _anchor(heading: str) -> str:
    return heading.replace(" ", "-")
