import { expect, test } from 'vitest';
import { parse } from 'csv-parse/sync';
import { toCsv } from '@/lib/reports/csv';

test('what is written reads back, whatever stands in it', () => {
  const rows = [
    ['a "quoted" name', 0.1 + 0.2, ''],
    ['Hopper, Grace', -1.5e-7, 'two\nlines'],
  ];
  const text = toCsv({ columns: ['name', 'figure', 'note'], rows });
  expect(parse(text, { columns: false })).toEqual([['name', 'figure', 'note'], ...rows.map((row) => row.map(String))]);
});

test('no figure is empty; a name that a spreadsheet would compute is text', () => {
  expect(toCsv({ columns: ['name', 'share'], rows: [['=1+1', null], ['-x', 2], ['a', -3]] })).toBe("name,share\r\n'=1+1,\r\n'-x,2\r\na,-3\r\n"); // prettier-ignore
});
