/** Why a round or a stage failed, in the reader's language where it has a name, else as the trainer wrote it. */
import type { RoundSummary } from '@/lib/rounds/round';
import { failureInWords } from '../words/failures';
import { currentLanguage } from '../words/server';

type Props = { of: Pick<RoundSummary, 'error' | 'errorDetails'>; otherwise?: string; className: string };

export async function FailureText({ of: { error, errorDetails }, otherwise, className }: Props) {
  const said = error === null ? otherwise && { text: otherwise } : failureInWords(error, errorDetails, await currentLanguage());
  if (!said) return null;
  return (
    <p className={className} lang={said.lang}>
      {said.text}
    </p>
  );
}
