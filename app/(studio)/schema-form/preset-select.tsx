'use client';
/** Fills the fields of the form around it with a preset. Nothing is saved by that; the fields stay open to change. */
import { useState } from 'react';
import { Select } from '../../components/field';
import type { FormPreset } from './preset';

export function PresetSelect({ presets, chosen = '', help }: { presets: FormPreset[]; chosen?: string; help: string }) {
  const [said, say] = useState('');
  const fill = (form: HTMLFormElement, name: string) => {
    const values = Object.entries(presets.find((preset) => preset.name === name)?.values ?? {});
    const changed = values.filter(([field, value]) => {
      const control = form.elements.namedItem(field) as HTMLInputElement | HTMLSelectElement | null;
      if (!control || control.value === value) return false;
      control.value = value;
      return true;
    });
    say(name && `${name}: ${changed.length} ${changed.length === 1 ? 'field' : 'fields'} changed, nothing saved yet.`);
  };
  return (
    <div className="flex flex-col gap-2 sm:max-w-md">
      <Select
        label="Preset"
        name="preset"
        defaultValue={chosen}
        options={[['', 'own values'], ...presets.map(({ name, label }): [string, string] => [name, label])]}
        help={help}
        onChange={(event) => fill(event.currentTarget.form!, event.currentTarget.value)}
      />
      <p role="status" className="text-sm font-medium text-accent empty:hidden">
        {said}
      </p>
    </div>
  );
}
