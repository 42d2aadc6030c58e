/** The built-in model's tokenizer: trained on the corpus; a role token stands between a message and its reply. */
import { trainBpe, writeTokenizer } from '../data/train-bpe';
import { corpus } from './corpus';

export const roles = {
  bos: '<|bos|>',
  eos: '<|eos|>',
  pad: '<|pad|>',
  /** `<|bos|>message<|shop|>reply<|eos|>message<|shop|>reply<|eos|>` …: the end of a reply is where the customer goes on. */
  chatTemplate:
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'assistant' %}<|shop|>{{ message['content'] }}{{ eos_token }}" +
    "{% else %}{{ message['content'] }}{% endif %}{% endfor %}{% if add_generation_prompt %}<|shop|>{% endif %}",
  maxLength: 256,
};

const tokenizerOptions = { seed: 1, size: 20_000, vocabSize: 1280 };

export async function writeBaseTokenizer(folder: string, options = tokenizerOptions): Promise<void> {
  const texts = corpus({ seed: options.seed, size: options.size }).flatMap(({ prompt, response, reaction }) => [prompt, response, reaction]);
  const specialTokens = [roles.pad, roles.bos, roles.eos, '<|shop|>'];
  await writeTokenizer(folder, trainBpe(texts, { vocabSize: options.vocabSize, specialTokens }), roles);
}
