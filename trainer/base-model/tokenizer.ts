/** The built-in model's tokenizer: trained on the corpus; a message and its reply are told apart by two role tokens. */
import { trainBpe, writeTokenizer } from '../data/train-bpe';
import { corpus } from './corpus';

export const roles = {
  bos: '<|bos|>',
  eos: '<|eos|>',
  pad: '<|pad|>',
  /** `<|bos|>message<|shop|>reply<|eos|>`, and `<|customer|>` before every further message. */
  chatTemplate:
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'assistant' %}<|shop|>{{ message['content'] }}{{ eos_token }}" +
    "{% else %}{% if not loop.first %}<|customer|>{% endif %}{{ message['content'] }}{% endif %}{% endfor %}{% if add_generation_prompt %}<|shop|>{% endif %}",
  maxLength: 256,
};

export const tokenizerOptions = { seed: 1, size: 20_000, vocabSize: 1280 };

export async function writeBaseTokenizer(folder: string, options = tokenizerOptions): Promise<void> {
  const texts = corpus({ seed: options.seed, size: options.size }).flatMap(({ prompt, response }) => [prompt, response]);
  const specialTokens = [roles.pad, roles.bos, roles.eos, '<|customer|>', '<|shop|>'];
  await writeTokenizer(folder, trainBpe(texts, { vocabSize: options.vocabSize, specialTokens }), roles);
}
