import { db } from '@/db/client';
import { roundNumbers } from '@/db/queries/judgements';
import { findProject } from '@/db/queries/projects';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import { reportSchema, subjectsOf, type ReportInput } from './filter';
import type { JudgementsOf } from './judgements';

/**
 * What a report is about, and what else it could be about.
 * @throws HeedError not_found, invalid for a subject that the kind does not have
 */
export async function resolve(input: ReportInput): Promise<{
  of: JudgementsOf;
  names: 'shown' | 'hidden';
  choices: { subject: string; subjects: string[]; /** Numbers of all rounds. */ rounds: number[]; areNamesHidden: boolean };
}> {
  const { projectId, kind, subject: wanted, round, late, names } = parse(reportSchema, input);
  const project = await findProject(db(), { id: projectId });
  if (!project) throw refusal('no-such-project');
  const settings = settingsOf(project.settings);
  const subjects = subjectsOf(kind, settings);
  const subject = wanted || subjects[0]!;
  if (!subjects.includes(subject)) throw refusal('no-such-subject', { subjects });
  return {
    of: { projectId, kind, subject, round, late },
    names,
    choices: { subject, subjects, rounds: await roundNumbers(db(), projectId), areNamesHidden: settings.hideNames },
  };
}
