/** One JSON line an event, on stderr: stdout belongs to what a command prints. Silent about what goes well. */
import pino from 'pino';

export const log = pino({ level: process.env.HEED_LOG_LEVEL ?? 'warn', base: null }, pino.destination({ dest: 2, sync: true }));
