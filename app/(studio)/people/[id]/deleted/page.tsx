/** What was written down when somebody was deleted. */
import { getDeletion } from '@/lib/people/deletions';
import { Moment } from '../../../../components/moment';
import { StudioPage } from '../../../../components/studio-page';
import { found, pageActor } from '../../../../guard';
import { deletionWords } from '../../../../words/deletion';
import { reportWords } from '../../../../words/reports';
import { wordsOf } from '../../../../words/server';
import { DeletionReportView } from '../../deletion-report';

export const generateMetadata = async () => ({ title: (await wordsOf(deletionWords)).deleted });

export default async function DeletedPersonPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await pageActor('people.manage', `/people/${id}/deleted`);
  const { number, answers, deletedAt, ...report } = await found(getDeletion(actor, { personId: id }));
  const t = await wordsOf(deletionWords);
  const { annotator } = await wordsOf(reportWords);
  return (
    <StudioPage
      title={t.deletedTitle(annotator(number))}
      about={t.deletedAbout}
      action={
        <a
          href={`/api/v1/people/${id}/deletion`}
          download={`deletion-${number}.json`}
          className="text-sm underline decoration-line underline-offset-4 hover:decoration-current"
        >
          {t.download}
        </a>
      }
    >
      <p>
        <Moment at={deletedAt} />. {t.became}: {t.choices[answers]}.
      </p>
      <DeletionReportView report={report} />
    </StudioPage>
  );
}
