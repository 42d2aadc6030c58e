'use client';
/** With which model one talks: chosen before the first message, and how it is called. */
import type { RedTeamModel } from '@/lib/red-team/conversation';
import { useWords } from '../../words/language';
import { checkpointName, nameWords, type Names } from '../../words/names';
import { redTeamWords, type RedTeamWords } from '../../words/red-team';

/** Where one judges blind, a letter; a lone model needs none. */
export function nameOf(models: RedTeamModel[], id: string, t: RedTeamWords, names: Names): string {
  const index = models.findIndex((model) => model.id === id);
  const model = models[index];
  if (!model) return t.theModel;
  if (model.kind === null) return models.length === 1 ? t.theModel : t.modelLetter(String.fromCharCode(65 + index));
  return checkpointName({ kind: model.kind, roundNumber: model.roundNumber }, names);
}

type Props = {
  models: RedTeamModel[];
  modelId: string;
  onChooseModel: (id: string) => void;
  name: string;
  isBegun: boolean;
};

export function ModelChoice({ models, modelId, onChooseModel, name, isBegun }: Props) {
  const t = useWords(redTeamWords);
  const names = useWords(nameWords);
  if (isBegun || models.length < 2) return <p className="font-medium text-ink">{name}</p>;
  return (
    <label className="flex items-center gap-2">
      {t.model}
      <select
        value={modelId}
        onChange={(event) => onChooseModel(event.target.value)}
        className="h-8 max-w-56 rounded-md border border-line bg-surface px-2 text-sm text-ink hover:border-edge pointer-coarse:h-10"
      >
        {models.map(({ id }) => (
          <option key={id} value={id}>
            {nameOf(models, id, t, names)}
          </option>
        ))}
      </select>
    </label>
  );
}
