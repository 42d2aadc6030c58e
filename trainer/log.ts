/** The trainer's diary, on stdout, which the launcher writes to logs/trainer.log. What people must know stands at the round. */
import pino from 'pino';

export const log = pino({ level: process.env.HEED_LOG_LEVEL ?? 'info', base: null }, pino.destination({ dest: 1, sync: true }));
