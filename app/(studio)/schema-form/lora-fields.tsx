/** Adapters (LoRA), chosen once for all stages of a round. */
import type { RoundConfig } from '@/lib/training/hyperparameters';
import { Select } from '../../components/field';
import { nameWords } from '../../words/names';
import { wordsOf } from '../../words/server';
import { settingsWords } from '../../words/settings';
import { loraFormOf } from './lora';
import { SchemaFields } from './schema-fields';

export async function LoraFields({ config }: { config: RoundConfig }) {
  const t = await wordsOf(settingsWords);
  const names = await wordsOf(nameWords);
  const { stages, options, fields } = loraFormOf(config, { t, stageNames: names.stages });
  return (
    <div className="flex flex-col gap-5">
      <Select
        label={t.adaptersLabel}
        name="lora.stages"
        defaultValue={stages}
        options={options}
        className="sm:max-w-md"
        help={t.adaptersHelp}
      />
      <SchemaFields fields={fields} prefix="lora" />
    </div>
  );
}
