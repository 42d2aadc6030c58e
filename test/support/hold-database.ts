/** A process that uses the built-in database of the folder given as argument until it is killed; prints the URL when it is up. */
import { ensureDatabase } from '../../db/embedded';

ensureDatabase({ folder: process.argv[2]! }).then((database) => {
  console.log(database.url);
  process.stdin.resume().on('end', async () => {
    await database.stop();
    process.exit();
  });
});
