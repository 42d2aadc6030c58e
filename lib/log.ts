/** One JSON line an event, on stderr: stdout belongs to what a command prints. Silent about what goes well. */
import pino from 'pino';
import { logLevel } from './env';

export const log = pino({ level: logLevel('warn'), base: null }, pino.destination({ dest: 2, sync: true }));
