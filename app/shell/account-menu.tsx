'use client';
/** Who is signed in, theme and language, and the way out. */
import { signOut } from 'next-auth/react';
import { useRouter } from 'next/navigation';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import type { Role } from '@/db/enums';
import { setLanguage, useLanguage, useWords } from '../words/language';
import { shellWords } from '../words/shell';
import { languageNames, languages, type Language } from '../words/words';
import { setTheme, themes, useTheme, type Theme } from './theme';

const item =
  'flex h-9 items-center justify-between gap-6 rounded px-2.5 text-sm outline-none data-[highlighted]:bg-sunken pointer-coarse:h-11';

export function AccountMenu({ name, email, role }: { name: string; email: string; role: Role }) {
  const theme = useTheme();
  const language = useLanguage();
  const t = useWords(shellWords);
  const router = useRouter();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        aria-label={t.account(name)}
        className="grid size-9 shrink-0 place-items-center rounded-full border border-line bg-surface text-sm font-medium hover:border-edge data-[state=open]:border-edge"
      >
        {name.trim().charAt(0).toUpperCase() || '?'}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={8}
          className="z-50 min-w-60 rounded-lg border border-line bg-surface p-1.5 shadow-lg data-[state=open]:animate-appear"
        >
          <DropdownMenu.Label className="px-2.5 pt-1.5 pb-2 text-sm">
            <span className="block font-medium">{name}</span>
            <span className="block text-muted">{email}</span>
            <span className="block text-muted">{t.roles[role]}</span>
          </DropdownMenu.Label>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <Choice
            title={t.theme}
            value={theme}
            options={themes.map((one) => [one, t.themes[one]])}
            onChoose={(one) => setTheme(one as Theme)}
          />
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <Choice
            title={t.language}
            value={language}
            options={languages.map((one) => [one, languageNames[one]])}
            onChoose={(one) => {
              setLanguage(one as Language);
              router.refresh();
            }}
          />
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={item} onSelect={() => void signOut({ callbackUrl: '/sign-in' })}>
            {t.signOut}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

type ChoiceProps = { title: ReactNode; value: string; options: [value: string, label: string][]; onChoose: (value: string) => void };

function Choice({ title, value, options, onChoose }: ChoiceProps) {
  return (
    <>
      <DropdownMenu.Label className="px-2.5 py-1 text-xs text-muted">{title}</DropdownMenu.Label>
      <DropdownMenu.RadioGroup value={value} onValueChange={onChoose}>
        {options.map(([one, label]) => (
          <DropdownMenu.RadioItem key={one} value={one} className={item} onSelect={(event) => event.preventDefault()}>
            {label}
            <DropdownMenu.ItemIndicator className="size-1.5 rounded-full bg-accent" />
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </>
  );
}
