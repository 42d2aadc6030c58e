import Link from 'next/link';

/** The first lines of a prompt, and the way to it. */
export function PromptLink({ id, text }: { id: string; text: string }) {
  return (
    <Link href={`/prompts/${id}`} className="line-clamp-2 underline decoration-line underline-offset-4 hover:decoration-current" dir="auto">
      {text}
    </Link>
  );
}
