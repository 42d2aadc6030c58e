import { stages } from '@/db/enums';
import { getProject } from '@/lib/projects/get-project';
import { projectSettingsSchema } from '@/lib/projects/settings';
import { checkFields } from '@/lib/quality/check-settings';
import { ActionForm, FormMessage, Submit } from '../../components/action-form';
import { Card } from '../../components/card';
import { Facts } from '../../components/facts';
import { Input, Textarea } from '../../components/field';
import { NoProject } from '../../components/no-project';
import { StudioPage } from '../../components/studio-page';
import { nameWords } from '../../words/names';
import { wordsOf } from '../../words/server';
import { settingsWords } from '../../words/settings';
import { chosenProject, pageActor, type ProjectQuery } from '../../guard';
import { fieldsOf } from '../schema-form/fields';
import { LoraFields } from '../schema-form/lora-fields';
import { formPresets, presetIn } from '../schema-form/preset';
import { PresetSelect } from '../schema-form/preset-select';
import { SchemaFields } from '../schema-form/schema-fields';
import { updateSettingsAction } from './actions';

export const generateMetadata = async () => ({ title: (await wordsOf(settingsWords)).title });

const isCheck = (path: string) => path in checkFields;
const isOnShare = (path: string) => /^[a-z]+More(Overlap|Share)$/.test(path);

export default async function SettingsPage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('project.manage', '/settings');
  const chosen = await chosenProject(actor, searchParams);
  if (!chosen) return <NoProject />;
  const t = await wordsOf(settingsWords);
  const { stages: stageNames } = await wordsOf(nameWords);
  const project = await getProject(actor, chosen.slug);
  const fields = fieldsOf(projectSettingsSchema, project.settings);
  return (
    <StudioPage title={t.title} about={t.about}>
      <ActionForm key={project.id} action={updateSettingsAction} hidden={{ projectId: project.id }} className="flex flex-col gap-6">
        <Card className="flex flex-col gap-5">
          <h2 className="font-semibold">{t.project}</h2>
          <Input label={t.name} name="name" defaultValue={project.name} required maxLength={100} className="max-w-md" />
          <Input label={t.description} name="description" defaultValue={project.description} maxLength={2000} />
          <Textarea label={t.guidelines} name="guidelines" defaultValue={project.guidelines} rows={8} help={t.guidelinesHelp} />
          <Facts
            of={[
              [
                t.shortName,
                <span key="slug" className="font-mono text-xs">
                  {project.slug}
                </span>,
              ],
              [
                t.baseModel,
                <span key="model" className="font-mono text-xs">
                  {project.baseModel}
                </span>,
              ],
            ]}
          />
        </Card>
        <Card>
          <h2 className="mb-5 font-semibold">{t.labelling}</h2>
          <SchemaFields
            prefix="settings"
            fields={fields.filter(({ path }) => !path.startsWith('round.') && !isOnShare(path) && !isCheck(path))}
          />
          <details className="mt-6 border-t border-line pt-4">
            <summary className="font-medium">{t.onShare}</summary>
            <p className="mt-2 text-sm text-muted">{t.onShareAbout}</p>
            <div className="mt-4">
              <SchemaFields prefix="settings" fields={fields.filter(({ path }) => isOnShare(path))} />
            </div>
          </details>
          <details className="mt-4 border-t border-line pt-4">
            <summary className="font-medium">{t.checks}</summary>
            <p className="mt-2 text-sm text-muted">{t.checksAbout}</p>
            <div className="mt-4">
              <SchemaFields prefix="settings" fields={fields.filter(({ path }) => isCheck(path))} />
            </div>
          </details>
        </Card>
        <Card>
          <h2 className="font-semibold">{t.hyperparameters}</h2>
          <div className="mt-5 mb-6">
            <PresetSelect presets={formPresets('settings.round')} chosen={presetIn(project.settings.round)} help={t.presetHelp} />
          </div>
          <div className="mt-4">
            <SchemaFields prefix="settings" fields={fields.filter(({ path }) => /^round\.\w+$/.test(path))} />
          </div>
          <div className="mt-3 divide-y divide-line">
            <details className="py-3">
              <summary className="font-medium">{t.adapters}</summary>
              <div className="mt-4 pb-3">
                <LoraFields config={project.settings.round} />
              </div>
            </details>
            {[...stages, 'watch' as const].map((stage) => (
              <details key={stage} className="py-3">
                <summary className="font-medium">{stage === 'watch' ? t.theWatch : stageNames[stage]}</summary>
                <div className="mt-4 pb-3">
                  <SchemaFields prefix="settings" fields={fields.filter(({ path }) => path.startsWith(`round.${stage}.`))} />
                </div>
              </details>
            ))}
          </div>
        </Card>
        <div className="sticky bottom-0 -mx-4 flex items-center gap-4 border-t border-line bg-paper px-4 py-3 sm:mx-0 sm:px-0">
          <Submit>{t.save}</Submit>
          <FormMessage saysSaved className="whitespace-pre-line" />
        </div>
      </ActionForm>
    </StudioPage>
  );
}
