import { ButtonLink } from './components/button';
import { Notice } from './components/notice';
import { commonWords } from './words/common';
import { wordsOf } from './words/server';

export const generateMetadata = async () => ({ title: (await wordsOf(commonWords)).notFoundTitle });

export default async function NotFound() {
  const t = await wordsOf(commonWords);
  return (
    <Notice title={t.notFoundTitle} action={<ButtonLink href="/">{t.home}</ButtonLink>}>
      {t.notFound}
    </Notice>
  );
}
