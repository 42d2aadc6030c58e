'use client';
/** Fills the fields of the form around it with a preset. Nothing is saved by that; the fields stay open to change. */
import { useState } from 'react';
import { Select } from '../../components/field';
import { useWords } from '../../words/language';
import { settingsWords } from '../../words/settings';
import type { FormPreset } from './preset';

export function PresetSelect({ presets, chosen = '', help }: { presets: FormPreset[]; chosen?: string; help: string }) {
  const t = useWords(settingsWords);
  const [said, say] = useState('');
  const fill = (form: HTMLFormElement, name: string) => {
    const values = Object.entries(presets.find((preset) => preset.name === name)?.values ?? {});
    const changed = values.filter(([field, value]) => {
      const control = form.elements.namedItem(field) as HTMLInputElement | HTMLSelectElement | null;
      if (!control || control.value === value) return false;
      control.value = value;
      return true;
    });
    say(name && t.changed(name, changed.length));
  };
  return (
    <div className="flex flex-col gap-2 sm:max-w-md">
      <Select
        label={t.preset}
        name="preset"
        defaultValue={chosen}
        options={[['', t.ownValues], ...presets.map(({ name, label }): [string, string] => [name, label])]}
        help={help}
        onChange={(event) => fill(event.currentTarget.form!, event.currentTarget.value)}
      />
      <p role="status" className="text-sm font-medium text-accent empty:hidden">
        {said}
      </p>
    </div>
  );
}
