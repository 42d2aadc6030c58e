/** One JSON line an event, on stderr: stdout belongs to what a command prints. */
import pino from 'pino';

export const log = pino({ level: process.env.HEED_LOG_LEVEL ?? 'info', base: null }, pino.destination({ dest: 2, sync: true }));
