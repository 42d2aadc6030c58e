'use server';
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { action } from '@/lib/auth/action';
import { projectSettingsSchema } from '@/lib/projects/settings';
import { updateSettings, updateSettingsSchema } from '@/lib/projects/update-settings';
import { read } from '../schema-form/fields';

const formSchema = z.preprocess(
  (posted) => ({ ...(posted as object), settings: read(projectSettingsSchema, posted as Record<string, unknown>, 'settings') }),
  updateSettingsSchema.extend({ settings: projectSettingsSchema }),
);

export const updateSettingsAction = action(
  formSchema,
  'project.manage',
  async (actor, input) => {
    await updateSettings(actor, input);
    revalidatePath('/', 'layout');
  },
  'Saved',
);
