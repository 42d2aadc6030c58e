/** Tells which promise of the schema a statement ran into, so that use cases can say it in words. */

/** PostgreSQL's 23505; drizzle wraps it, so the chain of causes is searched. */
export function isUniqueViolation(error: unknown, constraint?: string | RegExp): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && e.code === '23505') {
      const broken = 'constraint' in e ? String(e.constraint) : '';
      return constraint === undefined || (constraint instanceof RegExp ? constraint.test(broken) : broken === constraint);
    }
  }
  return false;
}
