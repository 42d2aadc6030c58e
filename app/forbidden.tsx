import { ButtonLink } from './components/button';

export const metadata = { title: 'Not for your role' };

export default function Forbidden() {
  return (
    <main id="main" className="mx-auto flex max-w-md flex-col items-start gap-4 px-5 pt-[18dvh]">
      <h1 className="text-xl font-semibold">This page is not for your role</h1>
      <p className="text-muted">Annotators see their own work; reviewers and admins see the studio. An admin can change your role.</p>
      <ButtonLink href="/">Home</ButtonLink>
    </main>
  );
}
