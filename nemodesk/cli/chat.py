# SPDX-License-Identifier: Apache-2.0
"""`nemodesk chat`: one answer with -p, a conversation without. It keeps no chats."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from nemodesk.answer_settings import AnswerSettings
from nemodesk.cli.answer import Outcome
from nemodesk.cli.attachments import with_files
from nemodesk.cli.exit_codes import CANCELLED
from nemodesk.cli.manner import Wishes
from nemodesk.cli.model_choice import choose_model, open_library
from nemodesk.cli.options import (
    GpuLayersChoice,
    JsonOption,
    LoraOption,
    ModelArgument,
)
from nemodesk.cli.session import ChatSession
from nemodesk.cli.terminal import AnswerStream, print_json
from nemodesk.cli.terminal_chat import TerminalChat
from nemodesk.engine.preparation import prepare
from nemodesk.errors import UsageError
from nemodesk.text import well_formed


def chat(
    model: ModelArgument = None,
    *,
    prompt: Annotated[
        str | None, typer.Option("--prompt", "-p", help="Ask this one thing.", show_default=False)
    ] = None,
    system: Annotated[
        str | None, typer.Option(help="Instructions for the model.", show_default=False)
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(help="A file put before the question: text, PDF, Word and others."),
    ] = None,
    think: Annotated[
        bool | None,
        typer.Option(
            "--think/--no-think",
            help="Let the model think first, if it can.",
            show_default=False,
        ),
    ] = None,
    temp: Annotated[float | None, typer.Option(min=0.0, max=2.0)] = None,
    top_p: Annotated[float | None, typer.Option(min=0.0, max=1.0)] = None,
    min_p: Annotated[float | None, typer.Option(min=0.0, max=1.0)] = None,
    top_k: Annotated[int | None, typer.Option(min=0)] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**32 - 1)] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1)] = None,
    context: Annotated[int, typer.Option(min=0, help="In tokens; 0 is the default.")] = 0,
    gpu_layers: GpuLayersChoice = None,
    lora: LoraOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a model something, or talk with it. Flags win over what you chose in the window."""
    flags = AnswerSettings(
        system_prompt=None if system is None else well_formed(system),
        temperature=temp,
        top_p=top_p,
        min_p=min_p,
        top_k=top_k,
        seed=seed,
        max_tokens=max_tokens,
        context_tokens=context or None,
        thinking=think,
    )
    wishes = Wishes(flags, gpu_layers=gpu_layers, adapters=lora or ())
    if as_json and prompt is None:
        raise UsageError("--json needs a question. Give it with -p.")
    question = with_files(well_formed(prompt or ""), file or ())
    library = open_library()
    chosen = choose_model(library, model)
    # The engine pool does this too, but only after the first question has been typed.
    settings, manner = wishes.for_model(chosen)
    prepare(chosen.path, settings)
    with ChatSession(chosen, settings, manner) as session:
        if prompt is not None:
            _answer_once(session, question, as_json=as_json)
        else:
            TerminalChat(session, library, wishes, beginning=question.strip()).run()


def _answer_once(session: ChatSession, question: str, *, as_json: bool) -> None:
    view = AnswerStream(out=None if as_json else sys.stdout, aside=None if as_json else sys.stderr)
    outcome = session.ask(question, view)
    if as_json:
        print_json(_document(session.model.id, outcome))
    if outcome.finish_reason == "cancelled":
        raise typer.Exit(CANCELLED)


def _document(model_id: str, outcome: Outcome) -> dict[str, Any]:
    timings = outcome.timings
    return {
        "model": model_id,
        "content": outcome.content,
        "reasoning": outcome.reasoning,
        "tool_calls": [],
        "finish_reason": outcome.finish_reason,
        "usage": {
            "prompt_tokens": timings.prompt_tokens,
            "completion_tokens": timings.predicted_tokens,
            "total_tokens": timings.prompt_tokens + timings.predicted_tokens,
            "prompt_tokens_details": {"cached_tokens": timings.cached_tokens},
        },
        "timings": {
            "load_s": timings.load_s,
            "prompt_tokens": timings.prompt_tokens,
            "cached_tokens": timings.cached_tokens,
            "prompt_per_s": timings.prompt_per_s,
            "ttft_s": timings.ttft_s,
            "predicted_tokens": timings.predicted_tokens,
            "predicted_per_s": timings.predicted_per_s,
        },
    }
