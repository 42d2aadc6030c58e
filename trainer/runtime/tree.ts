/** Nested records and arrays of leaves: how parameters, optimizer states and batches travel. Keys are walked in insertion order. */
export type Tree<Leaf> = Leaf | { [key: string]: Tree<Leaf> } | Tree<Leaf>[];

/** The same nesting with other leaves. */
export type Mapped<T, From, To> = T extends From ? To : T extends readonly unknown[] ? { [K in keyof T]: Mapped<T[K], From, To> } : T extends object ? { [K in keyof T]: Mapped<T[K], From, To> } : never;

export function flatten<Leaf>(tree: unknown, isLeaf: (node: unknown) => node is Leaf): Leaf[] {
  if (isLeaf(tree)) return [tree];
  if (tree === null || typeof tree !== 'object') throw new Error(`Expected a tree of arrays, found ${String(tree)}.`);
  return Object.values(tree).flatMap((child) => flatten(child, isLeaf));
}

/** Replaces the leaves, in the order of `flatten`. */
export function mapTree<From, To, T>(tree: T, isLeaf: (node: unknown) => node is From, fn: (leaf: From, index: number) => To): Mapped<T, From, To> {
  let index = 0;
  const walk = (node: unknown): unknown => {
    if (isLeaf(node)) return fn(node, index++);
    if (Array.isArray(node)) return node.map(walk);
    return Object.fromEntries(Object.entries(node as object).map(([key, child]) => [key, walk(child)]));
  };
  return walk(tree) as Mapped<T, From, To>;
}
