import { listDeletions } from '@/lib/people/deletions';
import { listInvitations, listPeople } from '@/lib/people/list-people';
import { ActionForm, FormMessage, Submit } from '../../components/action-form';
import { Badge } from '../../components/badge';
import { ButtonLink } from '../../components/button';
import { Card } from '../../components/card';
import { Confirm } from '../../components/confirm';
import { Moment } from '../../components/moment';
import { StudioPage } from '../../components/studio-page';
import { Pages } from '../../components/pages';
import { Cell, Table } from '../../components/table';
import { deletionWords } from '../../words/deletion';
import { peopleWords } from '../../words/people';
import { reportWords } from '../../words/reports';
import { wordsOf } from '../../words/server';
import { shellWords } from '../../words/shell';
import { found, pageActor, single, type ProjectQuery } from '../../guard';
import { disablePersonAction, enablePersonAction, revokeInvitationAction } from './actions';
import { InviteForm } from './invite-form';
import { RoleSelect } from './role-select';

export const generateMetadata = async () => ({ title: (await wordsOf(peopleWords)).title });

export default async function PeoplePage({ searchParams }: { searchParams: ProjectQuery }) {
  const actor = await pageActor('people.manage', '/people');
  const t = await wordsOf(peopleWords);
  const { roles } = await wordsOf(shellWords);
  const cursor = single((await searchParams).cursor);
  const d = await wordsOf(deletionWords);
  const { annotator } = await wordsOf(reportWords);
  const [people, invitations, deleted] = await Promise.all([
    found(listPeople(actor, { cursor })),
    listInvitations(actor, { limit: 20 }),
    listDeletions(actor),
  ]);
  const open = invitations.items.filter(({ state }) => state === 'open');
  return (
    <StudioPage title={t.title} about={t.about}>
      <Card>
        <h2 className="mb-4 font-semibold">{t.inviteSomebody}</h2>
        <InviteForm />
      </Card>
      <h2 className="mt-10 mb-3 font-semibold">{t.accounts}</h2>
      <Table
        isStacked
        label={t.accounts}
        head={[
          t.number,
          t.name,
          t.email,
          t.role,
          t.since,
          <span key="actions" className="sr-only">
            {t.actions}
          </span>,
        ]}
      >
        {people.items.map((person) => (
          <tr key={person.id} className={person.disabledAt ? 'text-muted' : undefined}>
            <Cell isNumber label={t.number}>
              {person.number}
            </Cell>
            <Cell className="font-medium">
              {person.name} {person.disabledAt && <Badge tone="warn">{t.closed}</Badge>} {person.id === actor.id && <Badge>{t.you}</Badge>}
            </Cell>
            <Cell label={t.email}>{person.email}</Cell>
            <Cell label={t.role}>
              <RoleSelect personId={person.id} name={person.name} role={person.role} />
            </Cell>
            <Cell label={t.since}>
              <Moment at={person.createdAt} />
            </Cell>
            <Cell>
              <div className="flex items-start gap-2 sm:justify-end">
                {person.disabledAt ? (
                  <ActionForm action={enablePersonAction} hidden={{ personId: person.id }}>
                    <Submit variant="secondary" size="sm">
                      {t.openAgain}
                    </Submit>
                    <FormMessage />
                  </ActionForm>
                ) : (
                  person.id !== actor.id && (
                    <Confirm
                      label={t.closeAccount}
                      title={t.closeTitle(person.name)}
                      about={t.closeAbout}
                      action={disablePersonAction}
                      hidden={{ personId: person.id }}
                    />
                  )
                )}
                {person.id !== actor.id && (
                  <ButtonLink size="sm" variant="ghost" href={`/people/${person.id}`} aria-label={d.linkOf(person.name)}>
                    {d.link}
                  </ButtonLink>
                )}
              </div>
            </Cell>
          </tr>
        ))}
      </Table>
      <Pages path="/people" cursor={cursor} nextCursor={people.nextCursor} />
      {open.length > 0 && (
        <>
          <h2 className="mt-10 mb-3 font-semibold">{t.openInvitations}</h2>
          <Table
            isStacked
            label={t.openInvitations}
            head={[
              t.for,
              t.role,
              t.made,
              t.ends,
              <span key="actions" className="sr-only">
                {t.actions}
              </span>,
            ]}
          >
            {open.map((invitation) => (
              <tr key={invitation.id}>
                <Cell>{invitation.email ?? t.whoever}</Cell>
                <Cell label={t.role}>{roles[invitation.role]}</Cell>
                <Cell label={t.made}>
                  <Moment at={invitation.createdAt} />
                </Cell>
                <Cell label={t.ends}>
                  <Moment at={invitation.expiresAt} />
                </Cell>
                <Cell className="sm:text-right">
                  <Confirm
                    label={t.withdraw}
                    title={t.withdrawTitle}
                    about={t.withdrawAbout}
                    action={revokeInvitationAction}
                    hidden={{ invitationId: invitation.id }}
                  />
                </Cell>
              </tr>
            ))}
          </Table>
        </>
      )}
      {deleted.length > 0 && (
        <>
          <h2 className="mt-10 mb-3 font-semibold">{d.deleted}</h2>
          <Table isStacked label={d.deleted} head={[d.who, d.when, d.became, d.report]}>
            {deleted.map(({ id, number, deletedAt, answers }) => (
              <tr key={id}>
                <Cell className="font-medium">{annotator(number)}</Cell>
                <Cell label={d.when}>
                  <Moment at={deletedAt} />
                </Cell>
                <Cell label={d.became}>{d.choices[answers]}</Cell>
                <Cell>
                  <ButtonLink size="sm" href={`/people/${id}/deleted`} aria-label={d.reportOf(annotator(number))}>
                    {d.report}
                  </ButtonLink>
                </Cell>
              </tr>
            ))}
          </Table>
        </>
      )}
    </StudioPage>
  );
}
