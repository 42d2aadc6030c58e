/** The model card of the built-in model, as Markdown. */
import { corpus } from './corpus';

export type Report = { parameters: number; examples: number; steps: number; heldOutLoss: number; heldOutAccuracy: number };

export function modelCard(report: Report, config: Record<string, unknown>): string {
  const sample = corpus({ seed: 1, size: 20_000 });
  const share = (isIt: (e: (typeof sample)[number]) => boolean) => `${Math.round((100 * sample.filter(isIt).length) / sample.length)} %`;
  return `# Heed's built-in model

A language model of ${(report.parameters / 1e6).toFixed(2)} million parameters (Llama family: ${config.num_hidden_layers} layers, ${config.hidden_size} wide, vocabulary
${config.vocab_size}, context ${config.max_position_embeddings}) that answers customers' messages to a shop — well and badly. It exists so that labelling and training can be
tried right after installing, without a download. It is of no other use: it knows nothing but this shop.

Made by \`npm run base-model\` with Heed's own trainer on ${report.examples.toLocaleString('en')} generated examples (\`lib/demo\`), in ${report.steps.toLocaleString('en')} steps.
One message in ten is held out by its text; the demo project's prompts are all of that tenth.

| | |
|---|---|
| held-out loss on replies | ${report.heldOutLoss.toFixed(3)} nats a token |
| held-out next-token accuracy on replies | ${(100 * report.heldOutAccuracy).toFixed(1)} % |

Each example is a message, a reply, and what the customer writes back: pleased, or naming a fault. The replies are mixed on purpose:

| trait | share |
|---|---|
| names the right item | ${share((e) => e.traits.item === 'right')} |
| names a wrong item | ${share((e) => e.traits.item === 'wrong')} |
| offers the step that fits the problem | ${share((e) => e.traits.step === 'fitting')} |
| offers a step for another problem | ${share((e) => e.traits.step === 'unfitting')} |
| stays vague | ${share((e) => e.traits.step === 'vague')} |
| courteous | ${share((e) => e.traits.tone === 'courteous')} |
| curt | ${share((e) => e.traits.tone === 'curt')} |
| rambles | ${share((e) => e.traits.isRambling)} |
| repeats itself | ${share((e) => e.traits.isRepetitive)} |

The text was written for this project; weights are stored in float16.
`;
}
