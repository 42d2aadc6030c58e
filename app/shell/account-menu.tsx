'use client';
/** Who is signed in, the theme, and the way out. */
import { signOut } from 'next-auth/react';
import { DropdownMenu } from 'radix-ui';
import { setTheme, themes, useTheme, type Theme } from './theme';

const item =
  'flex h-9 items-center justify-between gap-6 rounded px-2.5 text-sm outline-none data-[highlighted]:bg-sunken pointer-coarse:h-11';
const themeNames: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function AccountMenu({ name, email, role }: { name: string; email: string; role: string }) {
  const theme = useTheme();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        aria-label={`Account: ${name}`}
        className="grid size-9 place-items-center rounded-full border border-line bg-surface text-sm font-medium hover:border-edge data-[state=open]:border-edge"
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
            <span className="block text-muted">{role}</span>
          </DropdownMenu.Label>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Label className="px-2.5 py-1 text-xs text-muted">Theme</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => setTheme(value as Theme)}>
            {themes.map((value) => (
              <DropdownMenu.RadioItem key={value} value={value} className={item} onSelect={(event) => event.preventDefault()}>
                {themeNames[value]}
                <DropdownMenu.ItemIndicator className="size-1.5 rounded-full bg-accent" />
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={item} onSelect={() => void signOut({ callbackUrl: '/sign-in' })}>
            Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
