/** `npm start`, the same as `bin/heed start`. Options go behind `--`: `npm start -- --port 3001`. */
process.argv.splice(2, 0, 'start');
await import('./heed.mjs');
