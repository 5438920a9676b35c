# SPDX-License-Identifier: Apache-2.0
"""Parts what a model thought from what it answered, in text in which both stand. Pure.

Open WebUI keeps thoughts as `<details type="reasoning">`, other programs as the model wrote them,
`<think>…</think>`.
"""

import html
import re

_DETAILS = re.compile(
    r'<details\b[^<>]{0,500}\btype="reasoning"[^<>]{0,500}>(.*?)</details>', re.DOTALL
)
_SUMMARY = re.compile(r"\s*<summary>[^<]*</summary>\s*")
_QUOTED = re.compile(r"^> ?", re.MULTILINE)
_TAGS = re.compile(r"\s*<think(?:ing)?>(.*?)</think(?:ing)?>", re.DOTALL)


def part_thinking(words: str) -> tuple[str, str]:
    """Return the answer and the thoughts; no thoughts where there are no marks of them."""
    thoughts: list[str] = []

    def take(found: re.Match[str]) -> str:
        thought = html.unescape(_SUMMARY.sub("", found.group(1), count=1))
        thoughts.append(_QUOTED.sub("", thought).strip())
        return ""

    answer = _DETAILS.sub(take, words) if "<details" in words else words
    if not thoughts and (found := _TAGS.match(answer)):
        thoughts.append(found.group(1).strip())
        answer = answer[found.end() :]
    if not thoughts:
        return words, ""
    return answer.strip(), "\n\n".join(thought for thought in thoughts if thought)
