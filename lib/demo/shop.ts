/**
 * The demo shop's stock and its nouns: what can be ordered, in which colour or size, what can be missing or go wrong.
 * Invariant: no item's name is contained in another's, so that a reader can find items in any text.
 */

/** The few draws that the grammar needs; the trainer's and the command line's generators fit. */
export type Random = {
  next(): number;
  int(n: number): number;
  pick<T>(items: readonly T[]): T;
};

export type Item = {
  name: string;
  /** Sold in pairs and spoken of as "they". */
  isPlural: boolean;
  /** Decides what can go wrong with it. */
  make: 'device' | 'solid' | 'fabric';
  sizes: readonly string[];
  parts: readonly string[];
};

export const colours = ['black', 'white', 'red', 'blue', 'green', 'grey', 'yellow', 'pink', 'brown', 'orange', 'purple', 'silver'] as const;

const clothing = ['size small', 'size medium', 'size large'];
const footwear = ['size 37', 'size 38', 'size 39', 'size 40', 'size 41', 'size 42', 'size 43'];
export const sizes: readonly string[] = [...clothing, ...footwear];

const thing = (make: Item['make'], name: string, parts: string[] = [], itsSizes: string[] = []): Item => ({
  name,
  isPlural: false,
  make,
  parts,
  sizes: itsSizes,
});
const pair = (make: Item['make'], name: string, parts: string[] = [], itsSizes: string[] = []): Item => ({
  name,
  isPlural: true,
  make,
  parts,
  sizes: itsSizes,
});

export const items: readonly Item[] = [
  thing('device', 'kettle', ['lid', 'power cable']),
  thing('device', 'toaster', ['crumb tray', 'power cable']),
  thing('device', 'blender', ['lid', 'blade']),
  thing('device', 'coffee maker', ['glass jug', 'filter']),
  thing('device', 'desk lamp', ['bulb', 'shade']),
  thing('device', 'alarm clock', ['battery cover', 'manual']),
  thing('device', 'radio', ['antenna', 'power cable']),
  thing('device', 'keyboard', ['cable', 'wrist rest']),
  thing('device', 'speaker', ['charger', 'cable']),
  thing('device', 'camera', ['strap', 'lens cap']),
  thing('device', 'printer', ['paper tray', 'ink cartridge']),
  thing('device', 'hair dryer', ['nozzle']),
  thing('device', 'vacuum cleaner', ['hose', 'brush']),
  thing('device', 'tablet', ['charger', 'pen']),
  thing('device', 'watch', ['strap', 'charger']),
  pair('device', 'headphones', ['case', 'cable']),
  thing('solid', 'frying pan', ['handle', 'lid']),
  thing('solid', 'teapot', ['lid', 'tea strainer']),
  thing('solid', 'water bottle', ['cap', 'carry loop']),
  thing('solid', 'lunch box', ['lid', 'fork']),
  thing('solid', 'mirror', ['hook']),
  thing('solid', 'bookshelf', ['top board', 'wall hook']),
  thing('solid', 'office chair', ['armrest', 'seat cushion']),
  thing('solid', 'side table', ['leg']),
  thing('solid', 'suitcase', ['key', 'handle']),
  thing('solid', 'bicycle helmet', ['buckle', 'inner pad']),
  thing('solid', 'board game', ['rule book', 'dice cup']),
  thing('solid', 'toy train', ['bridge', 'engine']),
  thing('solid', 'guitar', ['strap', 'case']),
  thing('solid', 'plant pot', ['saucer']),
  thing('solid', 'tool box', ['key', 'inner tray']),
  thing('solid', 'umbrella', ['cover']),
  thing('solid', 'phone case'),
  pair('solid', 'sunglasses', ['case', 'cleaning cloth']),
  thing('fabric', 'rain jacket', ['hood'], clothing),
  thing('fabric', 'wool sweater', [], clothing),
  thing('fabric', 'winter coat', ['belt', 'hood'], clothing),
  thing('fabric', 'dress', ['belt'], clothing),
  thing('fabric', 'shirt', ['spare button'], clothing),
  thing('fabric', 'skirt', ['belt'], clothing),
  thing('fabric', 'bathrobe', ['belt'], clothing),
  pair('fabric', 'jeans', [], clothing),
  pair('fabric', 'gloves', [], clothing),
  pair('fabric', 'running shoes', ['insole'], footwear),
  pair('fabric', 'hiking boots', ['insole'], footwear),
  pair('fabric', 'sandals', ['buckle'], footwear),
  pair('fabric', 'slippers', [], footwear),
  thing('fabric', 'backpack', ['chest strap', 'rain cover']),
  thing('fabric', 'tent', ['pole', 'carry bag']),
  thing('fabric', 'sleeping bag', ['carry bag']),
  thing('fabric', 'yoga mat', ['carry strap']),
  thing('fabric', 'blanket'),
  thing('fabric', 'pillow', ['cover']),
  thing('fabric', 'scarf'),
  thing('fabric', 'rug'),
  pair('fabric', 'curtains', ['curtain rod']),
];

const byName = new Map(items.map((item) => [item.name, item]));

export function itemNamed(name: string): Item {
  const item = byName.get(name);
  if (!item) throw new Error(`The demo shop does not sell ${JSON.stringify(name)}.`);
  return item;
}

/** What can be wrong on arrival or soon after, said after "it" or "they". */
export const faults: Record<Item['make'], readonly string[]> = {
  device: [
    'arrived broken',
    'stopped working after one day',
    'came with a deep scratch',
    'would not switch on',
    'made a strange noise and went dead',
  ],
  solid: ['arrived broken', 'arrived with a crack', 'came with a deep scratch', 'arrived bent', 'broke on the first day'],
  fabric: ['came with a hole', 'arrived with a stain', 'came with a torn seam', 'fell apart after one day', 'arrived wet and dirty'],
};

/** "blue kettle", "running shoes in size 42": the noun with its attribute, without article. */
export function nounPhrase(item: Item, attribute: string | null): string {
  if (attribute === null) return item.name;
  return attribute.startsWith('size') ? `${item.name} in ${attribute}` : `${attribute} ${item.name}`;
}

/** "a blue kettle", "an umbrella", "a pair of black gloves". */
export function withArticle(item: Item, attribute: string | null): string {
  const phrase = nounPhrase(item, attribute);
  if (item.isPlural) return `a pair of ${phrase}`;
  return `${/^[aeiou]/.test(phrase) ? 'an' : 'a'} ${phrase}`;
}
