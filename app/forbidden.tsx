import { ButtonLink } from './components/button';
import { Notice } from './components/notice';

export const metadata = { title: 'Not for your role' };

export default function Forbidden() {
  return (
    <Notice title="This page is not for your role" action={<ButtonLink href="/">Home</ButtonLink>}>
      Annotators see their own work; reviewers and admins see the studio. An admin can change your role.
    </Notice>
  );
}
