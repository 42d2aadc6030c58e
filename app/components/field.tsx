'use client';
/**
 * Labelled inputs. Inside an ActionForm they show the error and keep the value that the server sent back under their name;
 * outside of one they are plain inputs.
 */
import clsx from 'clsx';
import { useId, type ComponentProps, type ReactNode } from 'react';
import { useLanguage } from '../words/language';
import { problemAt } from '../words/problems';
import { useFormState } from './form-state';

const control =
  'w-full rounded-md border border-edge bg-surface text-ink placeholder:text-muted aria-invalid:border-danger focus-visible:outline-offset-0';

type Labelled = {
  label: string;
  name: string;
  help?: ReactNode;
  className?: string;
  /** Of the label, where it is a name in another language than the page. */
  labelLang?: string;
};

/** Label above, help and error below; gives the control its id and its description. */
function useField({ name, help }: Labelled) {
  const id = useId();
  const state = useFormState();
  const error = problemAt(state, name, useLanguage());
  return {
    kept: state?.values?.[name],
    error,
    props: {
      id,
      name,
      'aria-invalid': error ? true : undefined,
      'aria-describedby': clsx(help && `${id}-help`, error && `${id}-error`) || undefined,
    },
  };
}

function Frame({
  id,
  label,
  labelLang,
  help,
  error,
  className,
  children,
}: Omit<Labelled, 'name'> & { id: string; error?: string; children: ReactNode }) {
  return (
    <div className={clsx('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} lang={labelLang} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {help && (
        <p id={`${id}-help`} className="text-sm text-muted">
          {help}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

export function Input({ label, labelLang, help, className, defaultValue, ...rest }: Labelled & ComponentProps<'input'>) {
  const { kept, error, props } = useField({ label, name: rest.name, help });
  return (
    <Frame id={props.id} {...{ label, labelLang, help, error, className }}>
      <input
        key={kept}
        className={clsx(control, 'h-10 px-3 file:mr-3 file:h-full file:font-medium pointer-coarse:h-11')}
        defaultValue={kept ?? defaultValue}
        {...rest}
        {...props}
      />
    </Frame>
  );
}

export function Textarea({ label, labelLang, help, className, defaultValue, rows = 4, ...rest }: Labelled & ComponentProps<'textarea'>) {
  const { kept, error, props } = useField({ label, name: rest.name, help });
  return (
    <Frame id={props.id} {...{ label, labelLang, help, error, className }}>
      <textarea
        key={kept}
        rows={rows}
        className={clsx(control, 'field-sizing-content max-h-[60dvh] px-3 py-2')}
        defaultValue={kept ?? defaultValue}
        {...rest}
        {...props}
      />
    </Frame>
  );
}

export function Select({
  label,
  labelLang,
  help,
  className,
  defaultValue,
  options,
  optionLang,
  ...rest
}: Labelled & ComponentProps<'select'> & { options: [value: string, label: string][]; optionLang?: string }) {
  const { kept, error, props } = useField({ label, name: rest.name, help });
  const value = kept ?? defaultValue;
  return (
    <Frame id={props.id} {...{ label, labelLang, help, error, className }}>
      {/* The browser indents its text by 4 px more. A select that stays would go back to its first choice when React resets the saved form. */}
      <select key={String(value)} className={clsx(control, 'h-10 px-2 pointer-coarse:h-11')} defaultValue={value} {...rest} {...props}>
        {options.map(([value, text]) => (
          <option key={value} value={value} lang={optionLang}>
            {text}
          </option>
        ))}
      </select>
    </Frame>
  );
}
