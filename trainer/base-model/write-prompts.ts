/** Writes prompts.json, the demo project's customer messages: `npx tsx trainer/base-model/write-prompts.ts`. */
import { writeFileSync } from 'node:fs';
import { demoPrompts, demoPromptsOptions } from './corpus';

writeFileSync(new URL('./prompts.json', import.meta.url), `${JSON.stringify(demoPrompts(demoPromptsOptions), null, 1)}\n`);
