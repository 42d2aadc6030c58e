/** What both kinds of invitation links lead to: the form, or why the link does not work any more. */
import { HeedError } from '@/lib/errors';
import { findInvitation } from '@/lib/people/find-invitation';
import { ButtonLink } from '../components/button';
import { AccountForm } from './account-form';

export async function InvitationPage({ token }: { token: string }) {
  const offer = await offerOf(token);
  if ('problem' in offer) {
    return (
      <>
        <h1 className="text-xl font-semibold">This link does not work</h1>
        <p className="mt-3 text-muted">{offer.problem}</p>
        <ButtonLink href="/sign-in" className="mt-6">
          To the sign-in
        </ButtonLink>
      </>
    );
  }
  return (
    <>
      <h1 className="text-xl font-semibold">{offer.isSetup ? 'Set up Heed' : 'You are invited'}</h1>
      <p className="mt-2 text-muted">
        {offer.isSetup
          ? 'This makes the first account. It is an admin: it can invite others and train rounds.'
          : `Make an account to join as ${article(offer.role)} ${offer.role}.`}
      </p>
      <AccountForm token={token} email={offer.email} />
    </>
  );
}

const article = (word: string) => (/^[aeiou]/.test(word) ? 'an' : 'a');

async function offerOf(token: string) {
  try {
    return await findInvitation(token);
  } catch (error) {
    if (error instanceof HeedError && (error.code === 'not_found' || error.code === 'conflict' || error.code === 'invalid'))
      return { problem: error.message };
    throw error;
  }
}
