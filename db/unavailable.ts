/** The database cannot be had. The message says why and what to do; it never holds a password. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}
