# SPDX-License-Identifier: Apache-2.0
"""Asks the hub what a repository has."""

from huggingface_hub import HfApi

from nemodesk.catalog.grouping import group_quants
from nemodesk.catalog.offers import Offer, RemoteFile


def ask_hub(repo_id: str) -> Offer:
    """Return what a repository has now."""
    info = HfApi().model_info(repo_id, files_metadata=True)
    files = [
        RemoteFile(
            path=sibling.rfilename,
            size_bytes=sibling.size or 0,
            sha256=sibling.lfs.sha256 if sibling.lfs else "",
        )
        for sibling in info.siblings or ()
    ]
    return Offer(repo_id=repo_id, name=repo_id, revision=info.sha or "", quants=group_quants(files))
