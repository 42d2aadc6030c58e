/** The trainer's diary, on stdout, which the launcher writes to logs/trainer.log. What people must know stands at the round. */
import pino from 'pino';
import { logLevel } from '@/lib/env';

export const log = pino({ level: logLevel('info'), base: null }, pino.destination({ dest: 1, sync: true }));
