import type { ProjectSettings } from './settings';

/** What everybody who works in a project sees. */
export type ProjectSummary = { id: string; slug: string; name: string; description: string; guidelines: string; createdAt: Date };

/** For the studio: with what only those who manage models need. */
export type ProjectDetail = ProjectSummary & {
  baseModel: string;
  settings: ProjectSettings;
  counts: { prompts: number; heldOutPrompts: number; demonstrations: number; comparisons: number };
};
