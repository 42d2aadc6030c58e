/**
 * Random walks (trlx, examples/randomwalks): on a small directed graph, go from a start to the goal on few nodes. The prompt is the start, the
 * response the rest of the walk, one letter a node ("d a"); the end token follows the goal. How good a walk is, the graph says exactly,
 * so that a policy's true worth can be set beside what its reward model thinks of it. Graph, walks and shortest paths: golden/fixtures/walks.json.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison, Demonstration, SamplePrompt } from '@/lib/training/contract';
import { writeModelFolder } from '@/trainer/checkpoint/huggingface';
import { createRng, type Rng } from '@/lib/rng';
import { parseModelConfig } from '@/trainer/model/config';
import { parameterShapes } from '@/trainer/model/parameter-shapes';
import { float32, sizeOf } from '@/trainer/runtime/nd-array';
import { readFixture } from '../support/golden';

type Graph = {
  goal: string;
  /** Nodes of a walk, start and goal included. */
  longest: number;
  edges: Record<string, string[]>;
  /** Nodes on the shortest path from each start. */
  shortest: Record<string, number>;
  walks: string[];
  expected: { edges: number; meanShortest: number; optimalityOfWalks: number };
};
export const graph = readFixture<Graph>('walks.json');
export const starts = Object.keys(graph.shortest);

/** (10 − nodes)/(10 − shortest), where nodes are counted up to the first goal; a walk that is not one, or never gets there, has 10. */
export function optimality({ prompt, response }: { prompt: string; response: string }): number {
  const nodes = [prompt, ...response.split(' ')];
  const end = nodes.indexOf(graph.goal);
  const isWalk = nodes.slice(0, end).every((node, i) => graph.edges[node]?.includes(nodes[i + 1]!));
  const length = end > 0 && isWalk ? Math.min(end + 1, graph.longest) : graph.longest;
  return (graph.longest - length) / (graph.longest - graph.shortest[prompt]!);
}

export const demonstrations: Demonstration[] = graph.walks.map((walk) => ({
  prompt: walk.slice(0, 1),
  response: walk.slice(2),
  isHeldOut: false,
}));

/** Every start `times` times. */
export const prompts = (times: number): SamplePrompt[] =>
  Array.from({ length: times }, (_, k) => starts.map((text) => ({ promptId: `${text}${k}`, text }))).flat();

/** An annotator who sees which walk is the better one, tosses a coin where neither is, and errs in a tenth of the other cases. */
export function compare(promptId: string, a: Sample, b: Sample, round: number, rng: Rng): Comparison {
  const lead = optimality(a) - optimality(b);
  const seesA = lead === 0 ? rng.next() < 0.5 : lead > 0 !== rng.next() < 0.1;
  return {
    promptId,
    prompt: a.prompt,
    responseA: a.response,
    responseB: b.response,
    chosenShare: Number(seesA),
    grade: 1,
    isTruncatedA: a.isTruncated,
    isTruncatedB: b.isTruncated,
    isHeldOut: false,
    round,
    sources: Array<string>(2).fill(round === 0 ? 'base' : `round ${round}`),
  };
}
export type Sample = { prompt: string; response: string; isTruncated: boolean };

const letters = Object.keys(graph.edges);
const special = ['<pad>', '<eos>'];
const vocab = Object.fromEntries([...letters, ...special].map((token, id) => [token, id]));

const architecture = {
  architectures: ['GPT2LMHeadModel'],
  model_type: 'gpt2',
  n_embd: 64,
  n_layer: 2,
  n_head: 4,
  n_positions: 32,
  vocab_size: letters.length + special.length,
  activation_function: 'gelu_new',
  layer_norm_epsilon: 1e-5,
  initializer_range: 0.02,
  tie_word_embeddings: true,
  pad_token_id: vocab['<pad>'],
  eos_token_id: vocab['<eos>'],
};

/** A GPT-2 of 104,000 random parameters, drawn as GPT-2's were: N(0, 0.02), the projections into the residual stream smaller by √(2·layers). */
export async function writeWalker(folder: string, seed: number): Promise<void> {
  const tokenizer = {
    version: '1.0',
    added_tokens: special.map((content) => ({
      id: vocab[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: { type: 'BPE', vocab, merges: [], unk_token: '<pad>', fuse_unk: false, byte_fallback: false },
  };
  await mkdir(folder, { recursive: true });
  const write = (name: string, content: unknown) => writeFile(join(folder, name), JSON.stringify(content));
  await write('config.json', architecture);
  await write('tokenizer.json', tokenizer);
  await write('tokenizer_config.json', { tokenizer_class: 'PreTrainedTokenizerFast', pad_token: '<pad>', eos_token: '<eos>' });
  const rng = createRng(seed);
  const tensors = Object.entries(parameterShapes(parseModelConfig(architecture), 'language')).map(([name, shape]) => {
    const scale = name.endsWith('c_proj.weight') ? 0.02 / Math.sqrt(2 * architecture.n_layer) : 0.02;
    const value = shape.length > 1 ? () => scale * rng.normal() : () => Number(name.endsWith('.weight'));
    return [name, float32(shape, Float32Array.from({ length: sizeOf(shape) }, value))];
  });
  await writeModelFolder(folder, { parentFolder: folder, head: 'language', tensors: Object.fromEntries(tensors) });
}
