import { single } from '../../guard';
import { InvitationPage } from '../invitation-page';

export const metadata = { title: 'Set up' };

export default async function SetUpPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  return <InvitationPage token={single((await searchParams).token) ?? ''} />;
}
