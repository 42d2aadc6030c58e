'use client';
/** The fields of a schema, as inputs, in the reader's language. `prefix` keeps the names of two schemas in one form apart. */
import { Input, Select } from '../../components/field';
import { fieldWords } from '../../words/fields';
import { useLanguage, useWords } from '../../words/language';
import { settingsWords } from '../../words/settings';
import type { SchemaField } from './fields';

export function SchemaFields({ fields, prefix }: { fields: SchemaField[]; prefix: string }) {
  return (
    <div className="grid items-start gap-x-6 gap-y-5 sm:grid-cols-2 lg:grid-cols-3">
      {fields.map((field) => (
        <OneField key={field.path} field={field} name={`${prefix}.${field.path}`} />
      ))}
    </div>
  );
}

function OneField({ field, name }: { field: SchemaField; name: string }) {
  const t = useWords(settingsWords);
  const language = useLanguage();
  const translated = fieldWords(field.path, language);
  // Names and values that the API has.
  const optionLang = language === 'en' ? undefined : 'en';
  const labelLang = translated?.label ? undefined : optionLang;
  const common = {
    name,
    labelLang,
    label: translated?.label ?? field.label,
    help: translated?.help ?? field.help,
    defaultValue: field.value,
  };
  if (field.kind === 'choice')
    return <Select {...common} options={field.options.map((option) => [option, option])} optionLang={optionLang} />;
  if (field.kind === 'switch')
    return (
      <Select
        {...common}
        options={[
          ['false', t.off],
          ['true', t.on],
        ]}
      />
    );
  if (field.kind === 'names') return <Input {...common} required={field.isRequired} spellCheck={false} autoComplete="off" />;
  return (
    <Input
      {...common}
      type="number"
      inputMode="decimal"
      step={field.isInteger ? 1 : 'any'}
      min={field.min}
      max={field.max}
      required={!field.isNullable}
      placeholder={field.isNullable ? t.none : undefined}
    />
  );
}
