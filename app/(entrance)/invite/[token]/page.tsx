import { entranceWords } from '../../../words/entrance';
import { wordsOf } from '../../../words/server';
import { InvitationPage } from '../../invitation-page';

export const generateMetadata = async () => ({ title: (await wordsOf(entranceWords)).invitationTitle });

export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  return <InvitationPage token={(await params).token} />;
}
