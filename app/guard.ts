/** Who reads a page, and about which project. Every page asks here first: a layout may hide things, it never protects them. */
import { forbidden, notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import type { Actor } from '@/lib/auth/actor';
import { can, type Permission } from '@/lib/auth/permissions';
import { currentActor } from '@/lib/auth/session';
import { HeedError } from '@/lib/errors';
import { listProjects, projectSummary } from '@/lib/projects/list-projects';
import type { ProjectSummary } from '@/lib/projects/project';

/** The signed-in person, if they may see the page; else the sign-in page or the 403 page. */
export async function pageActor(permission: Permission, path: string): Promise<Actor> {
  const actor = await currentActor();
  if (!actor) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  if (!can(actor, permission)) forbidden();
  return actor;
}

/** Read once per page. */
export const projectsOf = cache(listProjects);

export type ProjectQuery = Promise<{ project?: string | string[]; cursor?: string | string[] }>;

/** The project named in the address, else the first one; null when there is none at all. */
export async function chosenProject(actor: Actor, query: ProjectQuery): Promise<ProjectSummary | null> {
  const { project } = await query;
  const slug = single(project);
  if (slug === undefined) return (await projectsOf(actor))[0] ?? null;
  if (slug.includes('\0')) notFound();
  return found(projectSummary(actor, { slug }));
}

/** Turns "there is no such thing", and an address that cannot be one, into the 404 page. */
export async function found<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof HeedError && (error.code === 'not_found' || error.code === 'invalid')) notFound();
    throw error;
  }
}

/** A query value that was given once. */
export const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
