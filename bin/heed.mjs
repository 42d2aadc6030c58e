/** The command line from a checkout: installs and builds what is missing, then hands over to bin/cli.ts. */
import { fail, prepare } from './prepare.mjs';

const parent = process.ppid;
await prepare({ web: false }).catch(fail);
const { main } = await import('../.build/cli.js');
// Few commands need the web app, which takes longest to build: they ask for it.
await main({ buildWeb: () => prepare({ web: true }), parent });
