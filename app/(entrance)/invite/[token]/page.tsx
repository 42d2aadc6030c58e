import { InvitationPage } from '../../invitation-page';

export const metadata = { title: 'Invitation' };

export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  return <InvitationPage token={(await params).token} />;
}
