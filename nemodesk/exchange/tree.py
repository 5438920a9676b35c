# SPDX-License-Identifier: Apache-2.0
"""A chat as files hold it: a tree of messages, made sound from nodes that name their parents.

It reads no file and knows no store.
Parents may be missing, come later, or name each other in a circle; nodes may be hidden. What
comes out begins with first messages and names only parents that came before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats.imported import ImportedChat, ImportedMessage
from nemodesk.chats.message import MessageStatistics, MessageStatus, NewAttachment, Role


@dataclass(frozen=True, kw_only=True)
class Node:
    """One message of a chat in a file.

    Attributes:
        key, parent: names of the node and of the one before it; no parent: empty.
        role: None for a node that is not shown: what follows it follows its parent.
        created_at: seconds since 1970; None if the file does not say.
    """

    key: str
    parent: str = ""
    role: Role | None
    content: str = ""
    reasoning: str = ""
    status: MessageStatus = MessageStatus.COMPLETE
    model: str = ""
    created_at: float | None = None
    failure: str = ""
    statistics: MessageStatistics | None = None
    summary: str = ""
    attachments: tuple[NewAttachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tree:
    """Messages, each after its parent.

    Attributes:
        leaf: key of the last message of the path that is shown; empty for no messages.
    """

    nodes: tuple[Node, ...]
    leaf: str


@dataclass(frozen=True, kw_only=True)
class FileChat:
    """A chat as a file holds it.

    Attributes:
        has_own_title: somebody has thought of the title, and it is not only a beginning.
        model: id of the model that it was last used with, as the other program names it.
        created_at, updated_at: seconds since 1970; None if the file does not say.
        origin: the same for the same chat in each file that it stands in, "chatgpt:0f…"; empty
            where nothing tells one chat from another.
        folder: name of the folder that it lies in; empty: in none.
        draft: text that was not sent.
        archived_at, deleted_at: when it was put into the archive, or into the trash.
    """

    tree: Tree
    title: str = ""
    has_own_title: bool = False
    model: str = ""
    created_at: float | None = None
    updated_at: float | None = None
    settings: AnswerSettings = field(default_factory=AnswerSettings)
    origin: str = ""
    folder: str = ""
    draft: str = ""
    draft_attachments: tuple[NewAttachment, ...] = ()
    is_pinned: bool = False
    archived_at: float | None = None
    deleted_at: float | None = None

    @property
    def is_dated(self) -> bool:
        """Whether the file says when anything was said last."""
        return self.updated_at is not None or any(
            node.created_at is not None for node in self.tree.nodes
        )

    def settled(self, now: float) -> ImportedChat:
        """Return the chat for the store, with times where the file has none.

        Args:
            now: seconds since 1970; the time of what no time is known of.
        """
        times = [node.created_at for node in self.tree.nodes if node.created_at is not None]
        created_at = self.created_at
        if created_at is None:
            created_at = min(times, default=now)
        updated_at = self.updated_at
        if updated_at is None:
            updated_at = max(times, default=created_at)
        return ImportedChat(
            title=self.title,
            created_at=created_at,
            updated_at=updated_at,
            messages=_timed(self.tree.nodes, created_at),
            shown_key=self.tree.leaf or None,
            draft=self.draft,
            draft_attachments=self.draft_attachments,
            model=self.model,
            is_pinned=self.is_pinned,
            folder=self.folder,
            archived_at=self.archived_at,
            deleted_at=self.deleted_at,
            answer_settings=self.settings,
            has_own_title=self.has_own_title,
            origin=self.origin,
        )


def chain(nodes: Iterable[Node]) -> list[Node]:
    """Let each node follow the one before it."""
    linked: list[Node] = []
    for place, node in enumerate(nodes):
        parent = linked[-1].key if linked else ""
        linked.append(replace(node, key=str(place), parent=parent))
    return linked


def grow(nodes: Sequence[Node], leaf: str, *, joins_turns: bool) -> Tree:
    """Make a tree of the nodes.

    Args:
        leaf: key of the node up to which the chat is shown; where there is no such node, the
            path of the newest versions is.
        joins_turns: make one message of those that follow each other with one role and
            without versions, as other programs part an answer at each use of a tool.
    """
    shape = _Shape(nodes)
    ordered = shape.visible()
    if not joins_turns:
        return _finished(ordered, shape.resolved(leaf))
    joined, keys = _joined(ordered)
    resolved = shape.resolved(leaf)
    return _finished(joined, keys.get(resolved, resolved))


def _timed(nodes: Sequence[Node], created_at: float) -> list[ImportedMessage]:
    """Give each message a time: its own, or that of the one before it."""
    times = {"": created_at}
    messages: list[ImportedMessage] = []
    for node in nodes:
        moment = times[node.parent] if node.created_at is None else node.created_at
        times[node.key] = moment
        messages.append(
            ImportedMessage(
                key=node.key,
                parent_key=node.parent or None,
                role=node.role or Role.USER,
                content=node.content,
                reasoning=node.reasoning,
                status=node.status,
                model=node.model,
                created_at=moment,
                failure=node.failure,
                statistics=node.statistics,
                summary=node.summary,
                attachments=node.attachments,
            )
        )
    return messages


@dataclass
class _Shape:
    """Who follows whom."""

    nodes: Sequence[Node]
    by_key: dict[str, Node] = field(default_factory=dict[str, Node])
    parents: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        for node in self.nodes:
            # An empty key would be the parent of all first messages.
            if node.key:
                self.by_key.setdefault(node.key, node)
        self._cut_circles()

    def _cut_circles(self) -> None:
        """Let every node that leads nowhere be a first one."""
        leads_up: set[str] = set()
        for key in self.by_key:
            way: dict[str, None] = {}
            at = key
            while at and at not in leads_up and at not in way:
                way[at] = None
                parent = self.by_key[at].parent
                self.parents[at] = parent if parent in self.by_key else ""
                at = self.parents[at]
            if at in way:
                self.parents[next(reversed(way))] = ""
            leads_up.update(way)

    def visible(self) -> list[Node]:
        """Return the shown nodes, parents first, with shown parents."""
        children: dict[str, list[str]] = {}
        for key in self.by_key:
            children.setdefault(self.parents[key], []).append(key)
        ordered: list[Node] = []
        waiting = [(key, "") for key in reversed(children.get("", []))]
        while waiting:
            key, above = waiting.pop()
            node = self.by_key[key]
            if node.role is not None:
                ordered.append(replace(node, parent=above))
                above = key
            waiting += [(child, above) for child in reversed(children.get(key, []))]
        return ordered

    def resolved(self, leaf: str) -> str:
        """Return the nearest shown node at or above one; empty if there is none."""
        at = leaf if leaf in self.by_key else ""
        while at and self.by_key[at].role is None:
            at = self.parents[at]
        return at


def _joined(ordered: Sequence[Node]) -> tuple[list[Node], dict[str, str]]:
    """Join nodes of one role that follow each other; also return which key stands for which."""
    followers: dict[str, int] = {}
    for node in ordered:
        followers[node.parent] = followers.get(node.parent, 0) + 1
    heads: dict[str, list[Node]] = {}
    keys: dict[str, str] = {}
    for node in ordered:
        head = keys.get(node.parent, "")
        if head and heads[head][0].role is node.role and followers[node.parent] == 1:
            heads[head].append(node)
            keys[node.key] = head
        else:
            heads[node.key] = [replace(node, parent=head)]
            keys[node.key] = node.key
    return [_one(parts) for parts in heads.values()], keys


def _one(parts: Sequence[Node]) -> Node:
    if len(parts) == 1:
        return parts[0]
    first, last = parts[0], parts[-1]
    return replace(
        first,
        content="\n\n".join(part.content for part in parts if part.content),
        reasoning="\n\n".join(part.reasoning for part in parts if part.reasoning),
        status=last.status,
        model=next((part.model for part in reversed(parts) if part.model), ""),
        failure=last.failure,
        statistics=last.statistics,
        attachments=tuple(file for part in parts for file in part.attachments),
    )


def _finished(ordered: Sequence[Node], leaf: str) -> Tree:
    return Tree(nodes=tuple(ordered), leaf=leaf or (ordered[-1].key if ordered else ""))
