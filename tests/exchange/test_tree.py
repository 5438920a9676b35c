# SPDX-License-Identifier: Apache-2.0
"""Whatever the nodes of a file say about their parents, a sound tree comes out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.chats.message import Role
from nemodesk.exchange.tree import FileChat, Node, Tree, chain, grow

_NAMES = st.sampled_from("abcdef")
_NODES = st.lists(
    st.builds(
        Node,
        key=_NAMES | st.just(""),
        parent=_NAMES | st.just("") | st.just("missing"),
        role=st.sampled_from([Role.USER, Role.ASSISTANT, None]),
        content=st.text(),
    )
)


def _node(key: str, parent: str = "", role: Role | None = Role.USER, content: str = "") -> Node:
    return Node(key=key, parent=parent, role=role, content=content or key)


def _shape(tree: Tree) -> list[tuple[str, str]]:
    return [(node.key, node.parent) for node in tree.nodes]


@pytest.mark.parametrize("joins_turns", [True, False])
@given(nodes=_NODES, leaf=_NAMES | st.just(""))
def test_parents_come_first_and_nothing_is_lost(
    nodes: list[Node], leaf: str, *, joins_turns: bool
) -> None:
    """Circles, missing parents, doubles and hidden nodes never make an unsound tree."""
    tree = grow(nodes, leaf, joins_turns=joins_turns)
    seen = {""}
    for node in tree.nodes:
        assert node.parent in seen
        assert node.key not in seen
        seen.add(node.key)
    assert tree.leaf in seen
    assert bool(tree.leaf) == bool(tree.nodes)
    if not joins_turns:
        assert seen == {"", *(node.key for node in _firsts(nodes) if node.role)}


def _firsts(nodes: list[Node]) -> list[Node]:
    return list({node.key: node for node in reversed(nodes)}.values())


def test_versions_keep_their_order_and_the_leaf_its_place() -> None:
    """The path that was shown is shown again."""
    nodes = [
        _node("2", "1", Role.ASSISTANT),
        _node("1"),
        _node("3", "1", Role.ASSISTANT),
        _node("4", "2"),
    ]
    tree = grow(nodes, "4", joins_turns=False)
    assert _shape(tree) == [("1", ""), ("2", "1"), ("4", "2"), ("3", "1")]
    assert tree.leaf == "4"


def test_a_hidden_node_lets_its_followers_follow_its_parent() -> None:
    """Nobody sees a gap."""
    nodes = [_node("a"), _node("h", "a", None), _node("b", "h", Role.ASSISTANT)]
    tree = grow(nodes, "h", joins_turns=False)
    assert _shape(tree) == [("a", ""), ("b", "a")]
    assert tree.leaf == "a"


def test_a_circle_is_cut_once() -> None:
    """Its messages stay, in their order."""
    nodes = [_node("a", "c"), _node("b", "a", Role.ASSISTANT), _node("c", "b")]
    assert {node.content for node in grow(nodes, "", joins_turns=False).nodes} == {"a", "b", "c"}


def test_parts_of_one_turn_are_joined() -> None:
    """An answer that another program parted at its tools is one message."""
    said = [
        _node("1", content="Draw a cat"),
        _node("2", role=Role.ASSISTANT, content="Here:"),
        _node("3", role=Role.ASSISTANT, content="[Image]"),
        _node("4", content="Thanks"),
    ]
    tree = grow(chain(said), "2", joins_turns=True)
    assert [node.content for node in tree.nodes] == ["Draw a cat", "Here:\n\n[Image]", "Thanks"]
    assert tree.leaf == tree.nodes[1].key


def test_versions_are_not_joined() -> None:
    """Two answers to one question stay two, also behind an answer of the same role."""
    nodes = [
        _node("q"),
        _node("a", "q", Role.ASSISTANT),
        _node("b", "a", Role.ASSISTANT),
        _node("c", "a", Role.ASSISTANT),
    ]
    assert len(grow(nodes, "c", joins_turns=True).nodes) == 4


def test_a_very_long_chat_is_no_problem() -> None:
    """Nothing here goes one call deeper for each message."""
    roles = [Role.USER, Role.ASSISTANT]
    nodes = chain(_node("", role=roles[place % 2], content="x") for place in range(50_000))
    assert len(grow(nodes, "", joins_turns=True).nodes) == 50_000


def test_times_that_a_file_does_not_know_come_from_before() -> None:
    """A message is never older than the one before it only because nobody wrote it down."""
    nodes = [
        replace(_node("a"), created_at=50.0),
        _node("b", "a", Role.ASSISTANT),
        replace(_node("c", "b"), created_at=70.0),
    ]
    chat = FileChat(tree=grow(nodes, "", joins_turns=False)).settled(99.0)
    assert [message.created_at for message in chat.messages] == [50.0, 50.0, 70.0]
    assert (chat.created_at, chat.updated_at) == (50.0, 70.0)
    empty = FileChat(tree=Tree(nodes=(), leaf="")).settled(99.0)
    assert (empty.created_at, empty.updated_at, empty.shown_key) == (99.0, 99.0, None)
