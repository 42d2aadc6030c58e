/** Only when every project was archived or the built-in one could not be made. */
import { homeWords } from '../words/home';
import { wordsOf } from '../words/server';
import { EmptyState } from './empty-state';

export async function NoProject() {
  const t = await wordsOf(homeWords);
  return (
    <main id="main">
      <EmptyState title={t.noProject}>
        {t.makeProject} <code className="font-mono text-sm">./bin/heed project create</code>
      </EmptyState>
    </main>
  );
}
