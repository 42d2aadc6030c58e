/** Tells an outage of the database from a mistake in a statement: the first passes, and is worth another try. */

// Connection exceptions (08…), shutdowns and crashes (57P…), too many connections (53300).
const sqlStates = /^(08...|57P0[1-5]|53300)$/;
const systemCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH']);
const driverMessages = /connection terminated|timeout exceeded when trying to connect|connection ended|not queryable/i;

export function isDatabaseOutage(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    const code = 'code' in e && typeof e.code === 'string' ? e.code : '';
    if (sqlStates.test(code) || systemCodes.has(code) || driverMessages.test(e.message)) return true;
    if (e instanceof AggregateError && e.errors.some(isDatabaseOutage)) return true;
  }
  return false;
}
