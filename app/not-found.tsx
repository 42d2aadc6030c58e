import { ButtonLink } from './components/button';
import { Notice } from './components/notice';

export const metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <Notice title="There is nothing here" action={<ButtonLink href="/">Home</ButtonLink>}>
      The address is wrong, or what it pointed to is gone.
    </Notice>
  );
}
