/** `heed stats` as people run it on files of their own: without a database, on published tables, on real judgements, on bad files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heed } from '../support/app';
import { sharedData } from '../support/shared-data';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heed-stats-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => heed(['stats', ...args], { HEED_DATA: path.join(folder, 'data'), DATABASE_URL: '' });
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
};
const ratingColumns = ['--unit', 'unit', '--rater', 'rater', '--value', 'value'];
const modelColumns = ['--left', 'left', '--right', 'right', '--winner', 'winner'];

describe('ratings', () => {
  // Krippendorff (2011), example C. The last column has one rating; a missing one is an empty cell or no row.
  const rows = ['123321412...', '1233224125.3', '.3332342251.', '12332441251.'].flatMap((row, rater) =>
    [...row].map((value, unit) => ({ unit: `u${unit}`, rater: `observer ${rater}`, value: value === '.' ? '' : value })),
  );
  const csv = `note,unit,rater,value\n${rows.map(({ unit, rater, value }) => `"a, ""b""",${unit},${rater}, ${value}`).join('\r\n')}\n`;

  test.each([
    ['nominal', 0.743],
    ['ordinal', 0.815],
    ['interval', 0.849],
  ])('Krippendorff’s α, %s: as published', async (metric, published) => {
    const found = await json('alpha', file('ratings.csv', csv), ...ratingColumns, '--metric', metric);
    expect(found).toMatchObject({ metric, units: 11, ratings: 40, raters: 4, singleUnits: 1, missing: 7, low: null });
    expect(found.alpha).toBeCloseTo(published, 3);
  });

  test('the same from gzip and from JSON lines; the bootstrap from its seed', async () => {
    const args = [...ratingColumns, '--bootstrap', '200', '--seed', '5'];
    const found = await json('alpha', file('ratings.csv', csv), ...args);
    expect(found).toMatchObject({ replicates: 200, seed: 5 });
    expect(found.low).toBeLessThan(found.alpha);
    expect(await json('alpha', file('ratings.csv.gz', gzipSync(csv)), ...args)).toEqual(found);
    const lines = rows.map((row) => JSON.stringify({ ...row, value: row.value === '' ? null : Number(row.value) })).join('\n');
    expect(await json('alpha', file('ratings.jsonl', lines), ...args)).toEqual(found);
    expect((await json('alpha', file('ratings.csv', csv), ...ratingColumns, '--bootstrap', '200', '--seed', '6')).low).not.toBe(found.low);
  });

  test('κ of every two raters, and of all', async () => {
    const found = await json('kappa', file('ratings.csv', csv), ...ratingColumns, '--weights', 'quadratic');
    expect(found.cohen).toHaveLength(6);
    expect(found.cohen[0]).toMatchObject({
      raters: ['observer 1', 'observer 3'],
      units: 10,
      kappa: expect.any(Number),
      low: expect.any(Number),
    });
    expect(found.fleiss.kappa).toBeGreaterThan(0.6);
    const words = csv.replace(/ 1(?=\r|\n)/g, ' low').replace(/ [2-5](?=\r|\n)/g, ' high');
    const ordered = await json('kappa', file('words.csv', words), ...ratingColumns, '--weights', 'linear', '--order', 'low,high');
    expect(ordered.cohen[0].kappa).toBeCloseTo((await json('kappa', file('words.csv', words), ...ratingColumns)).cohen[0].kappa, 9);
  });

  test('reads a file as a spreadsheet writes it: with a byte order mark, quotes, and carriage returns', async () => {
    const rows = ['unit,rater,value', '"a, b","x","1"', '"a, b","y","2"', '"c ""d""","x","2"', '"c ""d""","y","2"'];
    const plain = await json('alpha', file('plain.csv', `${rows.join('\n')}\n`), ...ratingColumns);
    expect(plain).toMatchObject({ units: 2, ratings: 4, raters: 2 });
    expect(await json('alpha', file('sheet.csv', `\uFEFF${rows.join('\r\n')}\r\n`), ...ratingColumns)).toEqual(plain);
  });

  test('says why there is no figure: nobody shares a unit, all say one thing, one of two says one thing of everything', async () => {
    const of = async (name: string, rows: string[]) => {
      const at = file(`${name}.csv`, `unit,rater,value\n${rows.join('\n')}\n`);
      return { alpha: await json('alpha', at, ...ratingColumns), kappa: await json('kappa', at, ...ratingColumns) };
    };
    const apart = await of('apart', ['a,x,1', 'b,y,2']);
    expect([apart.alpha.code, apart.kappa.fleiss.code, apart.kappa.cohen]).toEqual(['no-overlap', 'no-overlap', []]);
    const same = await of('same', ['a,x,1', 'a,y,1', 'b,x,1', 'b,y,1']);
    expect([same.alpha.code, same.kappa.fleiss.code, same.kappa.cohen[0].code]).toEqual(['one-category', 'one-category', 'one-category']);
    const always = await of('always', ['a,x,A', 'a,y,A', 'b,x,A', 'b,y,B']);
    expect(always.alpha.alpha).toEqual(expect.any(Number));
    // By definition: what they share is what chance would give.
    expect(always.kappa.cohen[0]).toMatchObject({
      kappa: 0,
      observed: 0.5,
      expected: 0.5,
      low: null,
      high: null,
      standardError: null,
      code: 'no-variance',
      reason: expect.stringMatching(/^one of the two always says "?\w+"?, so that κ is 0 whatever the other says$/),
    });
  });

  test('says to people what it says to programs', async () => {
    const at = file('ratings.csv', csv);
    expect((await run('alpha', at, ...ratingColumns)).stdout).toBe(
      'Krippendorff’s α (nominal): 0.743\n40 ratings of 11 units by 4 raters.\n1 unit was rated once and does not count.\n7 empty values do not count.\n',
    );
    expect((await run('kappa', at, ...ratingColumns)).stdout).toMatch(
      /^Fleiss’ κ: 0\.\d{3} .*\nCohen’s κ of 6 pairs of raters, weights: none\nRATER +RATER +UNITS +KAPPA +95 %\n/,
    );
    const alone = file('alone.csv', 'unit,rater,value\na,x,1\nb,x,2\n');
    expect(await run('alpha', alone, ...ratingColumns)).toMatchObject({
      code: 0,
      stdout: 'α cannot be computed, because there is only one rater.\n',
    });
    expect(await json('alpha', alone, ...ratingColumns)).toMatchObject({
      alpha: null,
      code: 'one-rater',
      reason: 'there is only one rater',
    });
    expect((await json('kappa', alone, ...ratingColumns)).fleiss).toMatchObject({ kappa: null, code: 'one-rater' });
  });
});

describe('comparisons', () => {
  const csv = ['a,b,left', 'a,b,right', 'a,b,left', 'b,a,tie', 'b,c,b', 'c,b,left', 'c,c,tie', 'a,c,'].map((row) => `${row}\n`).join('');

  test('Bradley and Terry: scores, strengths, intervals, ranks', async () => {
    const at = file('pairs.csv', `left,right,winner\n${csv}`);
    const found = await json('bradley-terry', at, ...modelColumns, '--bootstrap', '50');
    expect(found).toMatchObject({
      ties: 'half',
      comparisons: 6,
      selfComparisons: 1,
      missing: 1,
      intervals: { kind: 'bootstrap', replicates: 50, seed: 1 },
    });
    // a : b = 2½ : 1½, b : c = 1 : 1
    const score = Object.fromEntries(found.models.map((model: { model: string; score: number }) => [model.model, model.score]));
    expect(score.a / score.b).toBeCloseTo(5 / 3, 6);
    expect(score.b / score.c).toBeCloseTo(1, 6);
    expect(
      found.models.map(({ model, rank, wins, losses, ties }: Record<string, unknown>) => [model, rank, wins, losses, ties]),
    ).toContainEqual(['a', 1, 2, 1, 1]);
    const davidson = await json('bradley-terry', at, ...modelColumns, '--ties', 'davidson');
    expect(davidson).toMatchObject({ ties: 'davidson', tieParameter: expect.any(Number), intervals: { kind: 'fisher' } });
    expect((await run('bradley-terry', at, ...modelColumns)).stdout).toMatch(
      /^RANK +MODEL +SCORE +LOG-STRENGTH +95 % +WON +LOST +TIED\n1 +a +0\.\d{3} /,
    );
  });

  test('other words for left, right and tie', async () => {
    const words = csv.replaceAll('left', 'model_a').replaceAll('right', 'model_b').replaceAll('tie', 'both bad');
    const at = file('words-of-others.csv', `left,right,winner\n${words}`);
    const given = ['--left-value', 'model_a', '--right-value', 'model_b', '--tie-value', 'tie', '--tie-value', 'both bad'];
    expect(await json('bradley-terry', at, ...modelColumns, ...given)).toEqual(
      await json('bradley-terry', file('pairs.csv', `left,right,winner\n${csv}`), ...modelColumns),
    );
    expect(await run('bradley-terry', at, ...modelColumns)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('line 2: "model_a" in the column "winner" is neither "left", "right" nor "tie"'),
    });
  });

  test('models that were never compared, one that won everything', async () => {
    const islands = file('islands.csv', 'left,right,winner\na,b,left\na,b,right\nc,d,tie\n');
    expect(await json('bradley-terry', islands, ...modelColumns)).toMatchObject({
      models: null,
      code: 'disconnected',
      groups: [['a', 'b'], ['c', 'd']],
    }); // prettier-ignore
    const won = file('won.csv', 'left,right,winner\na,b,left\n');
    expect((await run('bradley-terry', won, ...modelColumns)).stdout).toBe(
      'Strengths cannot be computed, because a never lost to or tied with another; b never won against or tied with another, so how much stronger or weaker is not bounded by the data.\n',
    );
  });
});

describe.skipIf(!sharedData)('8,931 judgements of 59 models (else skipped: no shared data)', () => {
  const judgements = path.join(sharedData ?? '', 'preferences/llmfao/crowd-comparisons.csv');
  const columns = ['--unit', 'id', '--rater', 'worker', '--value', 'winner'];

  // By krippendorff 0.9.0.
  test.each([
    [['--metric', 'nominal'], 0.29059510391249044],
    [['--metric', 'ordinal', '--order', 'left,tie,right'], 0.2875527295399325],
  ])('α %j', async (more, expected) => {
    const found = await json('alpha', judgements, ...columns, ...more);
    expect(found).toMatchObject({ units: 2124, ratings: 8916, raters: 124 });
    expect(found.alpha).toBeCloseTo(expected, 9);
  });

  // By evalica 0.4.2, ties as halves.
  test('strengths', async () => {
    const { models } = await json(
      'bradley-terry',
      judgements,
      '--left',
      'left',
      '--right',
      'right',
      '--winner',
      'winner',
      '--bootstrap',
      '1000',
    );
    expect(models).toHaveLength(59);
    expect(models[0]).toMatchObject({ model: 'GPT 4', rank: 1, score: expect.closeTo(0.041218, 5) });
    expect(models.at(-1)).toMatchObject({ model: 'Dolly v2 (3B)', score: expect.closeTo(0.006294, 5) });
  });
});

test('a file that breaks off in its archive is told in one line', async () => {
  const whole = gzipSync(['unit,rater,value', ...Array.from({ length: 20_000 }, (_, i) => `u${i},a,${Math.sin(i)}`)].join('\n'));
  const cut = path.join(folder, 'cut.csv.gz');
  writeFileSync(cut, whole.subarray(0, whole.length / 2));
  const { code, stdout, stderr } = await run('alpha', cut, ...ratingColumns);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^heed: .*cut\.csv\.gz is damaged: it cannot be unzipped \(unexpected end of file\)\. .*\n$/);
});

test.each<[string, string, string[], number, string]>([
  ['no file', '', ['alpha', '/nowhere.csv', ...ratingColumns], 4, '/nowhere.csv cannot be read: there is no such file.'],
  ['nothing in it', '\n', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE is empty.'],
  ['semicolons for commas', 'unit;rater;value\na;x;1\n', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE has no column "unit". Its columns are divided by semicolons: save it with commas between them.'],
  ['tabs for commas', 'unit\trater\tvalue\na\tx\t1\n', ['kappa', 'FILE', ...ratingColumns], 2, 'FILE has no column "unit". Its columns are divided by tabs: save it with commas between them.'],
  ['a JSON array', '[{"unit": "a"}]', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE is one JSON array. One object a line is needed: jq -c \'.[]\' FILE'],
  ['a decimal comma', 'unit,rater,value\na,x,"1,5"\n', ['alpha', 'FILE', ...ratingColumns, '--metric', 'interval'], 2, 'FILE, line 2: "1,5" in the column "value" is not a number. Write it with a point: 1.5.'],
  ['a number without an end', 'unit,rater,value\na,x,1e999\n', ['kappa', 'FILE', ...ratingColumns, '--weights', 'linear'], 2, 'FILE, line 2: "1e999" in the column "value" is not a number.'],
  ['no winner column', 'left,right\na,b\n', ['bradley-terry', 'FILE', ...modelColumns], 2, 'FILE has no column "winner". It has: left, right.'],
  ['a header alone', 'unit,rater,value\n', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE has a header and no rows.'],
  ['an unknown column', 'unit,rater,grade\na,x,1\n', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE has no column "value". It has: unit, rater, grade.'],
  ['a column twice', 'unit,rater,value,value\na,x,1,2\n', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE has two columns "value".'],
  ['rows of unequal length', 'unit,rater,value\na,x,1\n\nb,x\n', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE is not CSV throughout: Invalid Record Length: expect 3, got 2 on line 4.'],
  ['a quote that never ends', 'unit,rater,value\na,x,"1\n', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE is not CSV throughout: Quote Not Closed: the parsing is finished with an opening quote at line 2.'],
  ['no number', 'unit,rater,value\na,x,1\nb,x,good\n', ['alpha', 'FILE', ...ratingColumns, '--metric', 'interval'], 2, 'FILE, line 3: "good" in the column "value" is not a number. Categories that are words need their order, least first: --order bad,fair,good.'],
  ['no place in the order', 'unit,rater,value\na,x,1\n', ['kappa', 'FILE', ...ratingColumns, '--order', 'bad, good'], 2, 'FILE, line 2: "1" in the column "value" is not in the order given: bad, good.'],
  ['no rater', 'unit,rater,value\na,,1\n', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE, line 2: the column "rater" is empty.'],
  ['a bad JSON line', '{"unit": 1, "rater": 2, "value": 3}\n{\n', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE, line 2: Not valid JSON: '],
  ['JSON lines without the column', '{"unit": 1, "rater": 2}\n', ['alpha', 'FILE', ...ratingColumns], 2, 'FILE has no column "value". It has: unit, rater.'],
  ['an unknown metric', '', ['alpha', 'FILE', ...ratingColumns, '--metric', 'ratio'], 2, "option '--metric <name>' argument 'ratio' is invalid. Allowed choices are nominal, ordinal, interval."],
])('refuses %s in one line', async (_, content, args, code, message) => {
  const at = file('bad.txt', content);
  const result = await run(...args.map((arg) => arg.replace('FILE', at)));
  expect(result).toMatchObject({ code, stdout: '' });
  const [line, ...rest] = result.stderr.split('\n');
  expect(rest).toEqual(['']);
  expect(line!.startsWith(`heed: ${message.replaceAll('FILE', at)}`), line).toBe(true);
}); // prettier-ignore
