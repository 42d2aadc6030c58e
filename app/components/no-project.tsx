/** Only when every project was archived or the built-in one could not be made. */
import { EmptyState } from './empty-state';

export function NoProject() {
  return (
    <main id="main">
      <EmptyState title="There is no project yet">
        Make one from a model folder: <code className="font-mono text-sm">./bin/heed project create</code>
      </EmptyState>
    </main>
  );
}
