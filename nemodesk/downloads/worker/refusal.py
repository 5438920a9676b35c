# SPDX-License-Identifier: Apache-2.0
"""What a hub means that refuses a file, as an error with its sentence. It asks nothing."""

from collections.abc import Mapping

from nemodesk.errors import NemodeskError, NetworkError, NotFoundError

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""What may be over in a moment; 520 and above are those of content delivery networks."""

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _PROXY, _GONE = 401, 403, 404, 407, 410
_TOO_MANY = 429


def refusal(status: int, headers: Mapping[str, str], *, repo_id: str, path: str) -> NemodeskError:
    """Return the error for an answer that trying again does not mend."""
    code = headers.get("x-error-code", "")
    detail = f"status {status} {code} for {repo_id}/{path}"
    name = path.rpartition("/")[2]
    if code == "GatedRepo":
        return NetworkError(
            f"The makers of {repo_id} want their licence to be accepted first. Accept it at "
            f"https://huggingface.co/{repo_id}, put your access key into HF_TOKEN, and try again.",
            detail=detail,
        )
    if status in {_NOT_FOUND, _GONE} or code in {"RepoNotFound", "RevisionNotFound"}:
        return NotFoundError(
            f"The hub does not have {name} of {repo_id} any longer. Look for the model again.",
            detail=detail,
        )
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        return NetworkError(
            f"The hub does not allow to fetch {name} of {repo_id}. If it is a private model, check "
            "the access key in HF_TOKEN; otherwise try again later.",
            detail=detail,
        )
    if status == _PROXY:
        return NetworkError(
            "The proxy of this network wants a name and a password. Put them into HTTPS_PROXY, "
            "and try again.",
            detail=detail,
        )
    return NetworkError(
        f"The hub refuses to give {name} (status {status}). Try again later, or choose another "
        "model.",
        detail=detail,
    )


def busy(status: int) -> tuple[NetworkError, str]:
    """Return the error for a hub that stays busy, and what is said while it is waited for."""
    if status == _TOO_MANY:
        return (
            NetworkError(
                "The hub has had too many requests from here. Try again in some minutes.",
                detail=f"status {status}",
            ),
            "The hub has had too many requests from here.",
        )
    return (
        NetworkError(
            "The hub has trouble of its own at the moment. Try again later; what has come is kept.",
            detail=f"status {status}",
        ),
        "The hub has trouble of its own.",
    )
