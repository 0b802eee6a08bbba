"""A tree of terms: which branch lies above which term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from tolerogen.errors import SpecError


@dataclass(frozen=True)
class Tree:
    """Terms and the branches they lie on.

    Attributes
    ----------
    nodes
        Name of every node; a name that stands in several places is one node.
    above
        Nodes by nodes: 1 where the row lies above the column, or is it.
    """

    nodes: tuple[str, ...]
    above: csr_array

    def codes(self, terms: Sequence[str] | np.ndarray) -> np.ndarray:
        """Return the place of each term among the nodes; -1 for terms the tree does not have."""
        place = {name: k for k, name in enumerate(self.nodes)}
        return np.array([place.get(str(term), -1) for term in terms], dtype=np.int64)


def make_tree(paths: Sequence[str], delimiter: str = "/") -> Tree:
    """Make a tree of paths, each from the root to a node.

    Examples
    --------
    >>> make_tree(["all/heart/angina", "all/skin/rash"]).nodes
    ('all', 'heart', 'angina', 'skin', 'rash')
    """
    pairs: dict[tuple[str, str], None] = {}
    names: dict[str, None] = {}
    for path in paths:
        parts = str(path).split(delimiter)
        names.update(dict.fromkeys(parts))
        pairs.update(dict.fromkeys((part, parts[-1]) for part in parts))
    pairs.update({(name, name): None for name in names})
    place = {name: k for k, name in enumerate(names)}
    if not place:
        raise SpecError("A tree needs at least one path.")
    row, column = np.array([(place[a], place[b]) for a, b in pairs]).T
    shape = (len(names), len(names))
    return Tree(tuple(names), csr_array((np.ones(len(row)), (row, column)), shape=shape))


def read_tree(file: Path, delimiter: str = "/") -> Tree:
    """Read a tree: one path a line, from the root to a node. A heading is one more node.

    Raises
    ------
    SpecError
        When the file cannot be read or holds no path.
    """
    import gzip

    try:
        content = file.read_bytes()
        text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode("utf-8")
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise SpecError(f"{file}: the tree cannot be read ({type(error).__name__}).") from None
    paths = [line.strip().strip('"') for line in text.splitlines()]
    paths = [path for path in paths if path]
    if not any(delimiter in path for path in paths):
        raise SpecError(
            f"{file}, line 1: no path has a '{delimiter}'. A tree has one path a line, such as "
            f"all{delimiter}heart{delimiter}angina."
        )
    return make_tree([path for path in paths if delimiter in path], delimiter)
