import { expect, test } from 'vitest';
import { wordsOf } from '@/lib/questions/precedents';

test('what is typed becomes words of letters and digits in any language, and nothing that a query could take for a sign', () => {
  expect(wordsOf('Größer, as "A" & B?')).toEqual(['größer', 'as', 'a', 'b']);
  expect(wordsOf(`it's|!:*<->(3.5)'); drop`)).toEqual(['it', 's', '3', '5', 'drop']);
  expect(wordsOf('مرحبا 回答')).toEqual(['مرحبا', '回答']);
  expect(wordsOf(' \t-— ')).toEqual([]);
});
