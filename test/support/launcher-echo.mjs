/** Stands for the numerics process: says which launcher it would watch, and ends. */
process.once('message', () => {
  process.send({ type: 'failed', message: `launcher: ${process.env.HEED_LAUNCHER}`, stack: '' }, () => process.exit());
});
