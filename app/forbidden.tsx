import { ButtonLink } from './components/button';
import { Notice } from './components/notice';
import { commonWords } from './words/common';
import { wordsOf } from './words/server';

export const generateMetadata = async () => ({ title: (await wordsOf(commonWords)).forbiddenTitle });

export default async function Forbidden() {
  const t = await wordsOf(commonWords);
  return (
    <Notice title={t.forbiddenTitle} action={<ButtonLink href="/">{t.home}</ButtonLink>}>
      {t.forbidden}
    </Notice>
  );
}
