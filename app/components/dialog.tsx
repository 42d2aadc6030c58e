'use client';
/** A modal dialog; on a phone it rises from the bottom edge. Focus is kept inside and given back by radix. */
import clsx from 'clsx';
import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';

type Props = {
  title: string;
  about?: ReactNode;
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children?: ReactNode;
  isWide?: boolean;
  /** Only what is inside closes it: a click beside it does not. */
  isToBeRead?: boolean;
  /** Prevent it where Escape has another meaning for the moment. */
  onEscapeKeyDown?: (event: KeyboardEvent) => void;
};

export function Dialog({ title, about, trigger, open, onOpenChange, children, isWide, isToBeRead, onEscapeKeyDown }: Props) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>}
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-[oklch(0.2_0.01_165/0.4)] data-[state=open]:animate-appear" />
        <Primitive.Content
          onEscapeKeyDown={isToBeRead ? (event) => event.preventDefault() : onEscapeKeyDown}
          onInteractOutside={isToBeRead ? (event) => event.preventDefault() : undefined}
          {...(about ? {} : { 'aria-describedby': undefined })}
          className={clsx(
            'fixed z-50 flex max-h-[85dvh] w-full flex-col overflow-y-auto border border-line bg-surface p-6 shadow-xl data-[state=open]:animate-appear',
            'inset-x-0 bottom-0 rounded-t-xl sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:-translate-1/2 sm:rounded-xl',
            isWide ? 'sm:max-w-2xl' : 'sm:max-w-md',
          )}
        >
          <Primitive.Title className="text-lg font-semibold">{title}</Primitive.Title>
          {about && <Primitive.Description className="mt-1.5 text-muted">{about}</Primitive.Description>}
          {children && <div className="mt-5">{children}</div>}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** Wraps the button that closes the dialog around it. */
export const DialogClose = ({ children }: { children: ReactNode }) => <Primitive.Close asChild>{children}</Primitive.Close>;
