import { ButtonLink } from './components/button';

export const metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <main id="main" className="mx-auto flex max-w-md flex-col items-start gap-4 px-5 pt-[18dvh]">
      <h1 className="text-xl font-semibold">There is nothing here</h1>
      <p className="text-muted">The address is wrong, or what it pointed to is gone.</p>
      <ButtonLink href="/">Home</ButtonLink>
    </main>
  );
}
