/** Starts a round. The few hyperparameters that decide a round come first; all others wait behind a fold, filled with the project's own. */
import { stages } from '@/db/enums';
import { roundConfigSchema, type RoundConfig } from '@/lib/training/hyperparameters';
import { ActionForm, FormMessage, Submit } from '../../components/action-form';
import { Input } from '../../components/field';
import { fieldsOf } from '../schema-form/fields';
import { LoraFields } from '../schema-form/lora-fields';
import { formPresets, presetIn } from '../schema-form/preset';
import { PresetSelect } from '../schema-form/preset-select';
import { SchemaFields } from '../schema-form/schema-fields';
import { loopWords } from '../../words/loop';
import { nameWords } from '../../words/names';
import { wordsOf } from '../../words/server';
import { startRoundAction } from './actions';

const important = new Set([
  'sft.learningRate',
  'sft.numTrainEpochs',
  'reward.learningRate',
  'reward.numTrainEpochs',
  'ppo.totalEpisodes',
  'ppo.learningRate',
  'ppo.klCoef',
  'ppo.responseLength',
  'ppo.temperature',
  'dpo.numTrainEpochs',
  'dpo.learningRate',
  'dpo.beta',
  'sample.numPrompts',
  'sample.temperature',
  'sample.maxNewTokens',
]);

type Props = { projectId: string; defaults: RoundConfig; nextNumber: number };

export async function TrainForm({ projectId, defaults, nextNumber }: Props) {
  const t = await wordsOf(loopWords);
  const { stages: stageNames } = await wordsOf(nameWords);
  const fields = fieldsOf(roundConfigSchema, defaults);
  return (
    <ActionForm action={startRoundAction} hidden={{ projectId }}>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
        <Submit>{t.train(nextNumber)}</Submit>
        <p className="text-sm text-muted">{t.trainAbout}</p>
      </div>
      <FormMessage className="mt-4 whitespace-pre-line" />
      <details className="group mt-5 border-t border-line pt-4">
        <summary className="text-sm font-medium text-muted hover:text-ink">{t.hyperparameters}</summary>
        <div className="mt-5 flex flex-col gap-8">
          <PresetSelect presets={formPresets('config')} chosen={presetIn(defaults)} help={t.presetHelp} />
          <SchemaFields prefix="config" fields={fields.filter(({ path }) => !path.includes('.'))} />
          {stages.map((stage) => {
            const own = fields.filter(({ path }) => path.startsWith(`${stage}.`));
            return (
              <fieldset key={stage}>
                <legend className="mb-4 font-semibold">{stageNames[stage]}</legend>
                <SchemaFields prefix="config" fields={own.filter(({ path }) => important.has(path))} />
                <details className="mt-4">
                  <summary className="text-sm text-muted hover:text-ink">{t.more(stageNames[stage])}</summary>
                  <div className="mt-4">
                    <SchemaFields prefix="config" fields={own.filter(({ path }) => !important.has(path))} />
                  </div>
                </details>
              </fieldset>
            );
          })}
          <fieldset>
            <legend className="mb-4 font-semibold">{t.adapters}</legend>
            <LoraFields config={defaults} />
          </fieldset>
          <fieldset>
            <legend className="mb-4 font-semibold">{t.overlap}</legend>
            <details>
              <summary className="text-sm text-muted hover:text-ink">{t.otherOverlap}</summary>
              <div className="mt-4">
                <SchemaFields prefix="config" fields={fields.filter(({ path }) => path.startsWith('overlap.'))} />
              </div>
            </details>
          </fieldset>
          <fieldset>
            <legend className="mb-4 font-semibold">{t.theWatch}</legend>
            <SchemaFields prefix="config" fields={fields.filter(({ path }) => path === 'watch.haltOn')} />
            <details className="mt-4">
              <summary className="text-sm text-muted hover:text-ink">{t.moreWatch}</summary>
              <div className="mt-4">
                <SchemaFields prefix="config" fields={fields.filter(({ path }) => path.startsWith('watch.') && path !== 'watch.haltOn')} />
              </div>
            </details>
          </fieldset>
          <Input label={t.seed} name="seed" type="number" min={0} max={2147483647} step={1} className="max-w-60" help={t.seedHelp} />
        </div>
      </details>
    </ActionForm>
  );
}
