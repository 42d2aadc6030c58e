import type { TaskKind } from '@/db/enums';
import type { ProjectSettings } from './settings';

/** What everybody who works in a project sees. */
export type ProjectSummary = {
  id: string;
  slug: string;
  name: string;
  description: string;
  guidelines: string;
  labelling: Labelling;
  createdAt: Date;
};

/** `taskKinds`: those of which there are tasks. */
export type ListedProject = ProjectSummary & { taskKinds: TaskKind[] };

/** What a page for annotators needs of the settings. */
export type Labelling = Pick<ProjectSettings, 'scalePoints' | 'aspects' | 'compareAspects' | 'safetyCategories' | 'redTeamModels'>;

/** For the studio: with what only those who manage models need. */
export type ProjectDetail = Omit<ProjectSummary, 'labelling'> & {
  baseModel: string;
  settings: ProjectSettings;
  counts: { prompts: number; heldOutPrompts: number; demonstrations: number; comparisons: number };
};
