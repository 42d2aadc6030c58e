import { single } from '../../guard';
import { entranceWords } from '../../words/entrance';
import { wordsOf } from '../../words/server';
import { InvitationPage } from '../invitation-page';

export const generateMetadata = async () => ({ title: (await wordsOf(entranceWords)).setUpTitle });

export default async function SetUpPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  return <InvitationPage token={single((await searchParams).token) ?? ''} />;
}
