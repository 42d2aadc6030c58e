/** Text that is told while it is written must be the text that is there in the end, whatever the characters. */
import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadTokenizer } from '@/trainer/data/tokenizer';
import { TextPieces } from '@/trainer/model/stream';
import { sharedData } from '../support/shared-data';

const folders = ['trainer/base-model', ...(sharedData ? [join(sharedData, 'models/stories260K-hf')] : [])];

describe.each(folders)('with the tokenizer of %s', async (folder) => {
  const tokenizer = await loadTokenizer(folder);
  const pieces = (ids: number[], sizes: number[]) => {
    const text = new TextPieces(tokenizer);
    const said: string[] = [];
    for (let at = 0, k = 0; at < ids.length; k++) {
      const size = sizes[k % sizes.length]!;
      said.push(text.add(ids.slice(at, at + size)));
      at += size;
    }
    return [...said, text.end()];
  };

  test('pieces make up the whole, however many tokens a piece', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', 'Hello ', '\n', 'é', '日本', '🙂', '👩‍🚀', '.', '\ufffd') });
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), (whole, sizes) => {
        const ids = tokenizer.encode(whole);
        expect(pieces(ids, sizes).join('')).toBe(tokenizer.decode(ids));
      }),
    );
  });

  test('no piece shows half a character', () => {
    const ids = tokenizer.encode('A 🙂 and 日本.');
    const said = pieces(ids, [1]);
    expect(said.join('')).toBe(tokenizer.decode(ids));
    expect(said.join('|')).not.toContain('\ufffd');
    expect(said.filter((piece) => piece.includes('🙂'))).toHaveLength(1);
  });
});
