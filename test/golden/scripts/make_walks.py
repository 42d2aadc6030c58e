"""The graph of the random-walks benchmark, its walks and shortest paths, as trlx draws them (examples/randomwalks).

    python make_walks.py

Random numbers come from one `RandomState(1000)`: the edges (drawn again until every node has one), then the walks.
"""
import json
from pathlib import Path

import numpy as np

NODES, LONGEST, WALKS, GOAL = 21, 10, 1000, 0

rng = np.random.RandomState(seed=1000)
has_edges = False
while not has_edges:
    edges = rng.rand(NODES, NODES) > 0.9
    np.fill_diagonal(edges, False)
    has_edges = edges.any(axis=1).all()
edges[GOAL] = False


def start():
    node = GOAL
    while node == GOAL:
        node = rng.randint(NODES)
    return node


def walk():
    nodes = [start()]
    while len(nodes) < LONGEST and nodes[-1] != GOAL:
        nodes.append(rng.choice(np.flatnonzero(edges[nodes[-1]])))
    return nodes


walks = [walk() for _ in range(WALKS)]

# Nodes on the shortest path to the goal, start and goal counted; backwards from the goal, breadth first.
shortest = np.full(NODES, LONGEST)
reached, length = {GOAL}, 1
while reached and length < LONGEST:
    for node in reached:
        shortest[node] = length
    reached = {node for node in range(NODES) if shortest[node] == LONGEST and edges[node, list(reached)].any()}
    length += 1


def optimality(nodes):
    length = len(nodes) if nodes[-1] == GOAL else LONGEST
    return (LONGEST - length) / (LONGEST - shortest[nodes[0]])


letter = lambda node: chr(ord("a") + node)
fixture = {
    "versions": {"numpy": np.__version__},
    "goal": letter(GOAL),
    "longest": LONGEST,
    "edges": {letter(node): [letter(n) for n in np.flatnonzero(edges[node])] for node in range(NODES)},
    "shortest": {letter(node): int(shortest[node]) for node in range(NODES) if node != GOAL},
    "walks": [" ".join(map(letter, nodes)) for nodes in walks],
    "expected": {
        "edges": int(edges.sum()),
        "meanShortest": float(np.mean([shortest[node] for node in range(NODES) if node != GOAL])),
        "optimalityOfWalks": float(np.mean([optimality(nodes) for nodes in walks])),
    },
}
print(fixture["expected"])
(Path(__file__).parent.parent / "fixtures" / "walks.json").write_text(json.dumps(fixture) + "\n")
