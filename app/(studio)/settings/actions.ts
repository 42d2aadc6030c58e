'use server';
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { action } from '@/lib/auth/action';
import { projectSettingsSchema } from '@/lib/projects/settings';
import { updateSettings, updateSettingsSchema } from '@/lib/projects/update-settings';
import { read } from '../schema-form/fields';
import { loraChoiceSchema, readLora, withLora } from '../schema-form/lora';

const formSchema = z.preprocess(
  (posted: Record<string, unknown>) => ({ ...posted, settings: read(projectSettingsSchema, posted, 'settings'), lora: readLora(posted) }),
  updateSettingsSchema.extend({ settings: projectSettingsSchema, lora: loraChoiceSchema }),
);

export const updateSettingsAction = action(formSchema, 'project.manage', async (actor, { lora, settings, ...input }) => {
  await updateSettings(actor, { ...input, settings: { ...settings, round: withLora(settings.round, lora) } });
  revalidatePath('/', 'layout');
});
