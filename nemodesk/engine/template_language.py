# SPDX-License-Identifier: Apache-2.0
"""The language of chat templates: Jinja in a sandbox, as Hugging Face Transformers has it.

Templates are written for `utils/chat_template_utils.py` of Transformers. A template is code from
a stranger: it sees what it is given and nothing else. Nothing is rendered here.
"""

import json
from typing import Any

import jinja2
import jinja2.ext
import jinja2.sandbox
from jinja2 import nodes
from jinja2.parser import Parser

from nemodesk.errors import UsageError


class _GenerationTag(jinja2.ext.Extension):
    """Lets {% generation %} through, which marks text for training only."""

    tags = {"generation"}  # noqa: RUF012 - the base class declares it like this

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def compile_template(source: str) -> jinja2.Template:
    """Return the template that a text stands for.

    Raises:
        UsageError: the text is not a template.
    """
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[_GenerationTag, jinja2.ext.loopcontrols],
    )
    environment.filters["tojson"] = _to_json
    try:
        return environment.from_string(source)
    except (jinja2.TemplateError, RecursionError, MemoryError) as error:
        raise UsageError(
            f"The chat template has a mistake in it: {_where(error)}. Reset it to the model's own.",
            detail=repr(error),
        ) from error


def _where(error: Exception) -> str:
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"line {error.lineno}: {error.message}"
    return str(error) or type(error).__name__


def _to_json(  # the arguments of Transformers' filter of this name
    value: Any,  # noqa: ANN401
    ensure_ascii: bool = False,  # noqa: FBT001, FBT002
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,  # noqa: FBT001, FBT002
) -> str:
    return json.dumps(
        value,
        ensure_ascii=ensure_ascii,
        indent=indent,
        separators=separators,
        sort_keys=sort_keys,
    )
