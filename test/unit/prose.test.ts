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
