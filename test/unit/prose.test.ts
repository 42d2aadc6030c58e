import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Prose } from '@/app/components/prose';

const html = (text: string) => renderToStaticMarkup(createElement(Prose, { text }));

test('HTML is shown as it was typed, never as markup', () => {
  expect(html('Click <b onclick="x()">here</b>.')).toContain('Click &lt;b onclick=&quot;x()&quot;&gt;here&lt;/b&gt;.');
  expect(html('<script>alert(1)</script>')).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html('<img src=x onerror=alert(1)>')).not.toContain('<img');
});

test('links lose what could run, pictures are told and not loaded', () => {
  expect(html('[a](javascript:alert(1))')).not.toContain('javascript');
  expect(html('[a](https://example.org)')).toContain('rel="noopener noreferrer nofollow"');
  const picture = html('![a cat](https://example.org/cat.png)');
  expect(picture).toContain('[picture: a cat]');
  expect(picture).not.toContain('cat.png');
});

test('Markdown keeps its meaning', () => {
  expect(html('- [x] done\n- [ ] open')).toMatch(/☑.*done[\s\S]*☐.*open/);
  expect(html('| a |\n|---|\n| 1 |')).toContain('<td>1</td>');
  expect(html('one\ntwo')).toContain('one\ntwo');
});

test('control characters are seen, and every line break is one', () => {
  expect(html('a\x07b\x1b[31m\x7f\x9b')).toContain('a␇b␛[31m␡\ufffd');
  expect(html('a\r\nb\u2028c')).toContain('a\nb\nc');
});

test.each([
  ['100 kB', 'word '.repeat(20_000)],
  ['quotes within quotes', '>'.repeat(3000)],
  ['lists within lists', '- '.repeat(3000)],
  ['a deep list', Array.from({ length: 120 }, (_, i) => `${' '.repeat(i * 2)}- a`).join('\n')],
])('what cannot be read as Markdown at once is shown as it was typed: %s', (_, text) => {
  expect(html(text)).toContain(`<p>${text.replaceAll('>', '&gt;')}</p>`);
});

test.each([
  ['a rule', `${'-'.repeat(60)}\nend`],
  ['brackets', '['.repeat(10_000)],
  ['stars', '*a '.repeat(6000).trimEnd()],
  ['a word of 10,000 characters', 'x'.repeat(10_000)],
  ['broken tables and fences', '| a |\n|--\n```\n[x](\n**b'],
])('odd Markdown breaks nothing: %s', (_, text) => expect(html(text)).toContain(text.slice(-3)));
