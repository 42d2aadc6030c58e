/** Before a person is deleted: what there is of theirs, what was made with it, and the choice what becomes of it. */
import type { ReactNode } from 'react';
import { previewDeletion } from '@/lib/people/delete-person';
import { Card } from '../../../components/card';
import { Confirm } from '../../../components/confirm';
import { StudioPage } from '../../../components/studio-page';
import { found, pageActor } from '../../../guard';
import { deletionWords } from '../../../words/deletion';
import { numberOf, wordsOf } from '../../../words/server';
import { deletePersonAction } from '../actions';
import { DeletionReportView } from '../deletion-report';

export const generateMetadata = async () => ({ title: (await wordsOf(deletionWords)).link });

export default async function DeletePersonPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await pageActor('people.manage', `/people/${id}`);
  const { person, ...report } = await found(previewDeletion(actor, { personId: id }));
  const t = await wordsOf(deletionWords);
  const number = await numberOf();
  const { reopened, textsKept, textsEmptied } = report.counts;
  const running = report.rounds.find(({ state }) => state === 'running');
  const texts = textsKept + textsEmptied > 0 ? t.texts(number(textsKept), number(textsEmptied)) : '';
  const remove = `${t.removeAbout(number(reopened))} ${texts}`;
  return (
    <StudioPage title={t.title(person.name)} about={t.about}>
      {person.id === actor.id ? (
        <p>{t.yourself}</p>
      ) : (
        <section aria-label={t.choose}>
          <h2 className="mb-3 font-semibold">{t.choose}</h2>
          <div className="grid gap-4 md:grid-cols-2">
            <Choice title={t.anonymise} about={t.anonymiseAbout}>
              <Confirm
                label={`${t.anonymise}…`}
                title={t.anonymiseTitle(person.name)}
                about={t.anonymiseAbout}
                confirm={t.confirm}
                action={deletePersonAction}
                hidden={{ personId: id, answers: 'anonymise' }}
                size="md"
              />
            </Choice>
            <Choice title={t.remove} about={running ? t.running(String(running.number), running.project) : remove}>
              {!running && (
                <Confirm
                  label={`${t.remove}…`}
                  title={t.removeTitle(person.name)}
                  about={remove}
                  confirm={t.confirm}
                  action={deletePersonAction}
                  hidden={{ personId: id, answers: 'remove' }}
                  size="md"
                />
              )}
            </Choice>
          </div>
        </section>
      )}
      <DeletionReportView report={report} />
    </StudioPage>
  );
}

function Choice({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <Card>
      <h3 className="font-medium">{title}</h3>
      <p className="mt-1.5 text-sm text-muted not-last:mb-4">{about}</p>
      {children}
    </Card>
  );
}
