'use client';
/** One of a few, each with its key: arrow keys move within, as in every group of radio buttons. */
import { RadioGroup } from 'radix-ui';
import { Kbd } from '../../components/kbd';
import { useKeyNames } from '../../components/key-names';

type Choice = { value: string; label: string; key: string };
type Props = { label: string; choices: Choice[]; value: string | null; onChoose: (value: string) => void };

export function Choices({ label, choices, value, onChoose }: Props) {
  const keyOf = useKeyNames();
  return (
    <div>
      <h3 className="mb-2 text-sm font-medium" aria-hidden>
        {label}
      </h3>
      <RadioGroup.Root aria-label={label} value={value ?? ''} onValueChange={onChoose} className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <RadioGroup.Item
            key={choice.value}
            value={choice.value}
            aria-keyshortcuts={keyOf(choice.key)}
            className="inline-flex h-10 items-center gap-2 rounded-md border border-line bg-surface px-3 text-[0.94rem] transition-colors hover:border-edge data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=checked]:font-medium data-[state=checked]:text-on-accent pointer-coarse:h-11"
          >
            {choice.label}
            <Kbd>{choice.key}</Kbd>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
}
