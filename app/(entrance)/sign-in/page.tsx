import { redirect } from 'next/navigation';
import { currentActor } from '@/lib/auth/session';
import { env } from '@/lib/env';
import { single } from '../../guard';
import { entranceWords } from '../../words/entrance';
import { wordsOf } from '../../words/server';
import { SignInForm } from './sign-in-form';

export const generateMetadata = async () => ({ title: (await wordsOf(entranceWords)).signIn });

type Props = { searchParams: Promise<{ next?: string | string[]; callbackUrl?: string | string[]; error?: string | string[] }> };

/** Only a path on this site: an address from outside must not decide where a person lands after the sign-in. */
const safePath = (path: string | undefined): string => (path && /^\/(?![/\\])/.test(path) ? path : '/');

export default async function SignInPage({ searchParams }: Props) {
  const query = await searchParams;
  const next = safePath(single(query.next));
  if (await currentActor()) redirect(next);
  const { oidc } = env();
  return (
    <>
      <h1 className="text-xl font-semibold">{(await wordsOf(entranceWords)).signIn}</h1>
      <SignInForm next={next} oidcName={oidc?.name ?? null} failure={single(query.error) ?? null} />
    </>
  );
}
