/** Nested records and arrays of leaves: how parameters, optimizer states and batches travel. Keys are walked in insertion order. */

export function flatten<Leaf>(tree: unknown, isLeaf: (node: unknown) => node is Leaf): Leaf[] {
  if (isLeaf(tree)) return [tree];
  if (tree === null || typeof tree !== 'object') throw new Error(`Expected a tree of arrays, found ${String(tree)}.`);
  return Object.values(tree).flatMap((child) => flatten(child, isLeaf));
}

/** The same nesting with other leaves, taken in the order of `flatten`. The caller names the type that results. */
export function mapTree<From, To>(tree: unknown, isLeaf: (node: unknown) => node is From, fn: (leaf: From, index: number) => To): unknown {
  let index = 0;
  const walk = (node: unknown): unknown => {
    if (isLeaf(node)) return fn(node, index++);
    if (Array.isArray(node)) return node.map(walk);
    return Object.fromEntries(Object.entries(node as object).map(([key, child]) => [key, walk(child)]));
  };
  return walk(tree);
}
