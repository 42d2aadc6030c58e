/** What both kinds of invitation links lead to: the form, or why the link does not work any more. */
import { HeedError } from '@/lib/errors';
import { findInvitation } from '@/lib/people/find-invitation';
import type { InvitationOffer } from '@/lib/people/person';
import { ButtonLink } from '../components/button';
import { entranceWords } from '../words/entrance';
import { wordsOf } from '../words/server';
import { AccountForm } from './account-form';

export async function InvitationPage({ token }: { token: string }) {
  const t = await wordsOf(entranceWords);
  const offer = await offerOf(token);
  if ('problem' in offer) {
    return (
      <>
        <h1 className="text-xl font-semibold">{t.brokenLink}</h1>
        <p className="mt-3 text-muted">{offer.problem}</p>
        <ButtonLink href="/sign-in" className="mt-6">
          {t.toSignIn}
        </ButtonLink>
      </>
    );
  }
  return (
    <>
      <h1 className="text-xl font-semibold">{offer.isSetup ? t.setUp : t.invited}</h1>
      <p className="mt-2 text-muted">{offer.isSetup ? t.firstAccount : t.joinAs[offer.role]}</p>
      <AccountForm token={token} email={offer.email} />
    </>
  );
}

async function offerOf(token: string): Promise<InvitationOffer | { problem: string }> {
  const t = await wordsOf(entranceWords);
  try {
    return await findInvitation(token);
  } catch (error) {
    if (!(error instanceof HeedError)) throw error;
    if (error.code === 'not_found') return { problem: t.unknownLink };
    const { state, isSetup } = error.details ?? {};
    if (state === 'used' || state === 'expired' || state === 'revoked') return { problem: t[state](isSetup === true) };
    throw error;
  }
}
