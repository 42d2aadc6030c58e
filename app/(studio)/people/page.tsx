import { listInvitations, listPeople } from '@/lib/people/list-people';
import { ActionForm, FormMessage, Submit } from '../../components/action-form';
import { Badge } from '../../components/badge';
import { Card } from '../../components/card';
import { Confirm } from '../../components/confirm';
import { Moment } from '../../components/moment';
import { StudioPage } from '../../components/studio-page';
import { Pages } from '../../components/pages';
import { Cell, Table } from '../../components/table';
import { pageActor, single, type ProjectQuery } from '../../guard';
import { disablePersonAction, enablePersonAction, revokeInvitationAction } from './actions';
import { InviteForm } from './invite-form';
import { RoleSelect } from './role-select';

export const metadata = { title: 'People' };

export default async function PeoplePage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('people.manage', '/people');
  const cursor = single((await searchParams).cursor);
  const [people, invitations] = await Promise.all([listPeople(actor, { cursor }), listInvitations(actor, { limit: 20 })]);
  const open = invitations.items.filter(({ state }) => state === 'open');
  return (
    <StudioPage
      title="People"
      about="Annotators label. Reviewers also see the studio. Admins also train rounds, manage people and change projects."
    >
      <Card>
        <h2 className="mb-4 font-semibold">Invite somebody</h2>
        <InviteForm />
      </Card>
      <h2 className="mt-10 mb-3 font-semibold">Accounts</h2>
      <Table
        label="Accounts"
        head={[
          'Name',
          'E-mail',
          'Role',
          'Since',
          <span key="actions" className="sr-only">
            Actions
          </span>,
        ]}
      >
        {people.items.map((person) => (
          <tr key={person.id} className={person.disabledAt ? 'text-muted' : undefined}>
            <Cell className="font-medium">
              {person.name} {person.disabledAt && <Badge tone="warn">closed</Badge>} {person.id === actor.id && <Badge>you</Badge>}
            </Cell>
            <Cell>{person.email}</Cell>
            <Cell>
              <RoleSelect personId={person.id} name={person.name} role={person.role} />
            </Cell>
            <Cell>
              <Moment at={person.createdAt} />
            </Cell>
            <Cell className="text-right">
              {person.disabledAt ? (
                <ActionForm action={enablePersonAction} hidden={{ personId: person.id }}>
                  <Submit variant="secondary" size="sm">
                    Open again
                  </Submit>
                  <FormMessage />
                </ActionForm>
              ) : (
                person.id !== actor.id && (
                  <Confirm
                    label="Close account"
                    title={`Close the account of ${person.name}?`}
                    about="They are signed out at once and cannot sign in any more. Their labels stay. You can open the account again."
                    confirm="Close account"
                    action={disablePersonAction}
                    hidden={{ personId: person.id }}
                  />
                )
              )}
            </Cell>
          </tr>
        ))}
      </Table>
      <Pages path="/people" cursor={cursor} nextCursor={people.nextCursor} />
      {open.length > 0 && (
        <>
          <h2 className="mt-10 mb-3 font-semibold">Open invitations</h2>
          <Table
            label="Open invitations"
            head={[
              'For',
              'Role',
              'Made',
              'Ends',
              <span key="actions" className="sr-only">
                Actions
              </span>,
            ]}
          >
            {open.map((invitation) => (
              <tr key={invitation.id}>
                <Cell>{invitation.email ?? 'whoever has the link'}</Cell>
                <Cell>{invitation.role}</Cell>
                <Cell>
                  <Moment at={invitation.createdAt} />
                </Cell>
                <Cell>
                  <Moment at={invitation.expiresAt} />
                </Cell>
                <Cell className="text-right">
                  <Confirm
                    label="Withdraw"
                    title="Withdraw this invitation?"
                    about="Its link stops working at once."
                    confirm="Withdraw"
                    action={revokeInvitationAction}
                    hidden={{ invitationId: invitation.id }}
                  />
                </Cell>
              </tr>
            ))}
          </Table>
        </>
      )}
    </StudioPage>
  );
}
