/** Adapters (LoRA), chosen once for all stages of a round. */
import type { RoundConfig } from '@/lib/training/hyperparameters';
import { Select } from '../../components/field';
import { loraFormOf } from './lora';
import { SchemaFields } from './schema-fields';

export function LoraFields({ config }: { config: RoundConfig }) {
  const { stages, options, fields } = loraFormOf(config);
  return (
    <div className="flex flex-col gap-5">
      <Select
        label="Adapters"
        name="lora.stages"
        defaultValue={stages}
        options={options}
        className="sm:max-w-md"
        help="Small updates beside frozen weights: less memory, and less to forget. The fields below count only where they are on."
      />
      <SchemaFields fields={fields} prefix="lora" />
    </div>
  );
}
