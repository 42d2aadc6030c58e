/**
 * Why a request of a person is refused: each reason has a name, the error that it is, and its sentence in English, which the API and the command
 * line show. `details` holds the name and what stands in the sentence, so that pages say it in the reader's language (app/words/refusals.ts, which
 * must know every name).
 */
import type { ErrorCode } from './errors';
import type { Role, TaskKind } from '@/db/enums';
import type { Permission } from './auth/permissions';
import type { ImportResult } from './dataset/import';
import type { env } from './env';
import { evidenceInEnglish, type Evidence } from './quality/evidence';
import { errorsOf, type DetailsOf, type Sentence } from './reasons';
import type { Readiness } from './rounds/round';
import type { LoraSettings } from './training/hyperparameters';

const none = (names: string[]): string => names.join(', ') || 'none';

const needed: Record<Permission, string> = {
  'task.work': 'label',
  'round.view': 'see rounds',
  'data.view': 'see the data',
  'data.export': 'export data',
  'lineage.view': 'see which model wrote what',
  'quality.manage': 'set known answers, decide disagreements, answer questions, or let people in',
  'round.manage': 'start or cancel rounds',
  'people.manage': 'invite and manage people',
  'project.manage': 'change projects',
};

export const refusals = {
  // Who asks
  'signed-out': ['unauthenticated', 'Sign in first.'],
  'wrong-password': ['unauthenticated', 'This e-mail address and password do not belong together.'],
  'too-many-sign-ins': ['rate_limited', 'Too many failed sign-ins. Wait a quarter of an hour, then try again.'],
  'unknown-token': ['unauthenticated', 'This API token is not known, or it was revoked. Make a new one: heed token create.'],
  'other-site': ['forbidden', 'This request came from another site and was refused.'],
  'account-needed': ['forbidden', 'This is for people with an account, whose name it can bear.'],
  'not-permitted': [
    'forbidden',
    ({ role, permission }: { role: Role; permission: Permission }) =>
      `Your role (${role}) may not ${needed[permission]}. Ask an admin to change your role.`,
  ],

  // What is sent
  'not-json': ['invalid', 'Send the body as JSON, with "Content-Type: application/json".'],
  'bad-json': ['invalid', 'The body is not valid JSON.'],
  'body-too-large': ['too_large', ({ kibibytes }: { kibibytes: number }) => `The body is larger than ${kibibytes} KiB. Send less at once.`],
  'check-fields': ['invalid', 'Please check the marked fields.'],
  'body-broke-off': ['invalid', 'The body broke off before its end.'],

  // What the trainer meets, too, and stores with a stage that failed
  'files-gone': ['not_found', ({ folder }: { folder: string }) => `The files of this checkpoint are gone: there is no folder ${folder}.`],
  // Its own words: they speak of files and fields.
  'model-unreadable': ['invalid', ({ problem }: { folder: string; problem: string }) => problem],
  'template-fails': [
    'invalid',
    ({ problem }: { problem: string }) => `The model's chat template fails on a single user message: ${problem}`,
  ],
  'other-tokenizer': [
    'invalid',
    ({ policyFolder, rewardFolder, differing }: { policyFolder: string; rewardFolder: string; differing: TokenizerPart[] }) =>
      `The policy (${policyFolder}) and the reward model (${rewardFolder}) have different tokenizers: ${differing.map((part) => tokenizerParts[part]).join(', ')} ${differing.length === 1 ? 'differs' : 'differ'}. Train the reward model from this policy’s SFT model: start a new round.`,
  ],
  'other-adapter': [
    'invalid',
    ({ folder, has, asked }: { folder: string; has: LoraSettings; asked: LoraSettings }) =>
      `The adapter in ${folder} has r ${has.r}, alpha ${has.alpha} on ${has.targetModules}, the settings ask for r ${asked.r}, alpha ${asked.alpha} on ${asked.targetModules}. Use the same lora settings for all stages, or set lora to null to train all weights.`,
  ],
  'no-such-layer': [
    'invalid',
    ({ layer, known }: { layer: string; known: string[] }) =>
      `lora.targetModules: the model has no linear layer ${JSON.stringify(layer)}. It has ${known.join(', ')}.`,
  ],
  'no-provider': [
    'unavailable',
    ({ provider, problem }: { provider: Provider; problem: string }) =>
      `The execution provider ${provider} does not start here: ${problem}. ${remedies[provider]}`,
  ],
  'no-tensorflow': [
    'unavailable',
    ({ packages }: { packages: string[] }) =>
      `The tensorflow backend needs ${packages.join(' or ')}, and neither loads on this machine. Use HEED_BACKEND=onnx.`,
  ],
  'no-memory': [
    'unavailable',
    ({ program, inputs }: { program: string; inputs: string }) => `There is not enough memory for the program ${program} on ${inputs}.`,
  ],

  // Projects, prompts, reports
  'no-such-project': ['not_found', 'There is no such project.'],
  'no-project-of-name': ['not_found', ({ slug }: { slug: string }) => `There is no project "${slug}".`],
  'slug-taken': ['conflict', ({ slug }: { slug: string }) => `There is a project "${slug}" already. Choose another slug.`],
  'no-such-version': ['not_found', ({ version }: { version: number }) => `The guidelines have no version ${version}.`],
  'no-such-prompt': ['not_found', 'There is no such prompt.'],
  'no-such-subject': ['invalid', ({ subjects }: { subjects: string[] }) => `subject: Must be one of ${subjects.join(', ')}.`],

  // Tasks and answers
  'no-such-task': ['not_found', 'You have no such task open. Get a new one.'],
  'other-kind': ['invalid', ({ kind }: { kind: TaskKind }) => `This task is not of the kind "${kind}".`],
  answered: ['conflict', 'You have answered this task already.'],
  skipped: ['conflict', 'You have skipped this task.'],
  reopened: ['conflict', 'You have opened this task again since; answer it there.'],
  late: ['conflict', 'This task needs no further answer. What you send all the same is kept, and marked as late.'],
  'too-many-open': ['conflict', ({ open }: { open: number }) => `You have ${open} tasks open. Finish or release some first.`],
  'key-of-another-answer': ['invalid', 'This idempotencyKey belongs to another answer. Make a new one for each answer or amendment.'],
  'nothing-to-write': ['invalid', 'There is nothing to write for this task.'],
  'newer-draft': ['conflict', (_: { newer: unknown }) => 'There is a newer draft of this response, probably from another tab.'],
  'no-text-to-start-from': ['invalid', ({ from }: { from: string }) => `This task has no text "${from}" to start from.`],
  unchanged: ['invalid', 'The text is the one you started from, or the other one. Change it, or send your answer without it.'],
  'off-scale': [
    'invalid',
    ({ scalePoints, max }: { scalePoints: number; max: number }) => `The scale of ${scalePoints} points has grades from -${max} to ${max}.`,
  ],
  'no-such-aspect': [
    'invalid',
    ({ aspect, aspects }: { aspect: string; aspects: string[] }) => `This project has no aspect "${aspect}". It has: ${none(aspects)}.`,
  ],
  'no-such-category': [
    'invalid',
    ({ category, categories }: { category: string; categories: string[] }) =>
      `This project has no safety category “${category}”. Its categories: ${none(categories)}.`,
  ],
  'grades-missing': [
    'invalid',
    ({ aspects, scalePoints }: { aspects: string[]; scalePoints: number }) =>
      `Grade each of ${aspects.join(', ')}, from 1 to ${scalePoints}. What this project asks for may have changed: get the task again.`,
  ],
  'no-aspects-any-more': ['invalid', 'This project asks for no aspects any more: get the task again.'],
  'ranks-missing': [
    'invalid',
    ({ responses }: { responses: number }) =>
      `Send one rank for each of the ${responses} responses, in the order in which they were shown.`,
  ],
  'no-such-answer': ['not_found', 'You have given no such answer. Open My work to see yours.'],
  off: ['conflict', 'Answers cannot be changed in this project. Tell an admin what is wrong with yours.'],
  'too-old': [
    'conflict',
    ({ minutes }: { minutes: number }) =>
      `An answer can be changed for ${minutes} minutes; this one is older. Tell an admin what is wrong with it.`,
  ],
  superseded: ['conflict', 'You have changed this answer already. Open My work again and change its newest version.'],
  'follows-from-another': [
    'invalid',
    'This pair follows from another answer of yours. Change that one: the text you wrote, or your ranking.',
  ],

  // Known answers, and who may work
  'quiz-first': ['forbidden', 'Before work begins there is a short quiz. You find it under Compare.'],
  'quiz-waiting': ['conflict', 'Your last quiz answers are on their way. Work begins when they are there.'],
  'not-qualified': [
    'forbidden',
    ({ asked, right, needed: least }: { asked: number; right: number; needed: number }) =>
      `You have answered ${right} of the ${asked} quiz pairs as expected; ${least} are needed before work begins. Nothing is lost: read the guidelines once more, and ask a reviewer, who can give you another attempt or let you begin.`,
  ],
  'too-few-quiz-pairs': [
    'conflict',
    ({ fresh, needed: least }: { fresh: number; needed: number }) =>
      `There are ${fresh} quiz pairs that this person has not seen, and an attempt takes ${least}. Add more, or let them begin.`,
  ],
  paused: [
    'forbidden',
    ({ evidence }: { evidence: Evidence }) =>
      `Your work in this project is paused. ${evidenceInEnglish(evidence)} A reviewer decides how it goes on. All that you have answered is kept, and answers that are still on their way are taken.`,
  ],
  'paused-already': ['conflict', 'They are paused already.'],
  'not-held': ['conflict', 'They are neither paused nor warned any more.'],
  'no-such-response': ['not_found', 'There is no such response. Open the prompt again.'],
  'other-prompt': ['invalid', 'Both responses must be to the same prompt.'],
  'same-text': ['invalid', 'Choose two responses that differ: between these two there is nothing to choose.'],
  'pair-exists': ['conflict', 'This pair is there already. Remove it first to change it.'],
  'pair-removed': ['not_found', 'This pair has been removed already.'],

  // Verdicts
  'pair-gone': ['conflict', 'No answer about this pair counts any more. Nothing was decided.'],
  decided: ['conflict', 'Somebody has decided this pair meanwhile. Load the page again to see how.'],
  'no-such-verdict': ['not_found', 'There is no such verdict.'],

  // Questions
  'too-many-questions': [
    'conflict',
    ({ waiting }: { waiting: number }) => `${waiting} of your questions wait for an answer. Ask again when some of them have one.`,
  ],
  'no-such-comment': ['not_found', 'There is no such comment of yours.'],
  'no-such-question': ['not_found', 'There is no such question.'],
  'question-changed': ['conflict', 'Somebody has answered or changed this meanwhile. Load the page again to see how.'],

  // Models and conversations
  'no-model': ['not_found', 'There is no model to talk to.'],
  'model-gone': ['not_found', 'You may not talk to this model, or it is gone.'],
  'no-such-checkpoint': ['not_found', 'This project has no such checkpoint.'],
  'checkpoint-removed': ['not_found', 'The files of this checkpoint were removed to save disk space. Choose a newer one.'],
  'writes-no-text': ['invalid', 'This checkpoint writes no text. Choose a base model, an SFT model or a policy.'],
  'inference-down': ['unavailable', 'The inference process does not answer; it is being started again. Try again in a moment.'],
  'inference-refused': [
    'unavailable',
    ({ status }: { status: number }) => `The inference process refused the request (${status}). Its log says why.`,
  ],
  'context-full': [
    'invalid',
    ({ promptTokens, newTokens, contextLength }: { promptTokens: number; newTokens: number; contextLength: number }) =>
      `The prompt has ${promptTokens} tokens; with ${newTokens} new ones that is more than the model's context of ${contextLength}. Shorten the prompt, or ask for fewer new tokens.`,
  ],
  'empty-prompt': [
    'invalid',
    ({ folder }: { folder: string }) =>
      `The prompt is empty, and ${folder} names no beginning token (bos_token) to start from. Give a prompt.`,
  ],
  'model-busy': [
    'rate_limited',
    ({ waiting }: { waiting: number }) => `${waiting} requests wait for this model already. Try again in a moment.`,
  ],
  'conversation-full': ['conflict', 'The conversation is as long as it can get. Shorten the message, or finish the conversation.'],
  'answer-broke-off': ['unavailable', 'The answer broke off. Send the message again.'],
  'no-such-conversation': ['not_found', 'You have no such conversation.'],
  finished: ['conflict', 'You have finished this conversation already.'],
  'just-ended': ['conflict', 'Your last conversation ended at this very moment. Send again.'],
  'moved-on': ['conflict', 'The conversation went on elsewhere meanwhile, in another tab perhaps. Look at it again.'],
  'model-has-answered': ['conflict', 'The model has answered: say whether it failed or held.'],
  'nothing-to-judge': ['invalid', 'The model has not answered anything yet: there is nothing to judge.'],
  'failure-category': [
    'invalid',
    ({ categories }: { categories: string[] }) =>
      `Say in which of these ways the model failed: ${categories.join(', ') || 'this project has none'}.`,
  ],
  'same-as-the-answer': ['invalid', 'What the model should have said is what it said. Change it, or leave it out.'],

  // Rounds
  'no-such-round': ['not_found', 'There is no such round.'],
  'round-ended': ['conflict', ({ number, state }: { number: number; state: string }) => `Round ${number} has ended already (${state}).`],
  'not-ready': [
    'invalid',
    ({ readiness }: { readiness: Readiness }) =>
      ['A round cannot start yet.', ...readiness.problems.map(({ reason }) => reason)].join('\n'),
  ],
  'round-running': ['conflict', 'A round is running in this project already. Wait until it ends, or cancel it.'],

  // Import
  'disk-full': ['unavailable', 'The disk is full: the upload could not be stored. Nothing was imported.'],
  'bad-lines': [
    'invalid',
    ({ rejected, rejectedCount }: Pick<ImportResult, 'rejected' | 'rejectedCount'>) => {
      const shown = rejected.slice(0, 10).map(({ line, reason }) => `Line ${line}: ${reason}`);
      const more = rejectedCount > shown.length ? [`… and ${rejectedCount - shown.length} more.`] : [];
      const lines = rejectedCount === 1 ? '1 line is' : `${rejectedCount} lines are`;
      return [
        `Nothing was imported: ${lines} bad.`,
        ...shown,
        ...more,
        'Mend them, or import the rest: mode=skip-bad, on the command line --skip-bad.',
      ].join('\n');
    },
  ],
  'nothing-to-import': ['invalid', 'There is nothing in the file. One item a line is needed, or one JSON array.'],
  'not-utf8': [
    'invalid',
    ({ lines }: { lines: number }) => `The file is not UTF-8 text${lines > 0 ? `, after line ${lines}` : ''}. Nothing was taken from it.`,
  ],
  'item-too-large': [
    'too_large',
    ({ line, millions }: { line: number; millions: number }) =>
      `The item in line ${line} is longer than ${millions} million characters. Nothing was taken from the file.`,
  ],

  // People
  'no-such-person': ['not_found', 'There is no such person.'],
  'person-gone': ['not_found', 'There is no such person, or their account is closed.'],
  'delete-oneself': ['conflict', 'You cannot delete yourself. Another admin can.'],
  'round-trains-on-them': [
    'conflict',
    ({ number, project }: { number: number; project: string }) =>
      `Round ${number} of ${project} is training on their answers. Wait until it ends, or cancel it; or anonymise them, which can be done now.`,
  ],
  'only-admin': ['conflict', 'This is the only admin. Make somebody else an admin first.'],
  'has-account': ['conflict', ({ email }: { email: string }) => `${email} has an account already. Sign in instead.`],
  'no-such-token': ['not_found', 'There is no such token, or it is revoked already.'],
  'unknown-link': ['not_found', 'This link is not known. Check that you have copied all of it, or ask for a new one.'],
  'link-used': ['conflict', (_: LinkState) => 'This link has been used already. If it was you, sign in.'],
  'link-expired': ['conflict', ({ isSetup }: LinkState) => `This link has expired. ${renewal(isSetup)}`],
  'link-revoked': ['conflict', ({ isSetup }: LinkState) => `This link has been withdrawn. ${renewal(isSetup)}`],
  'set-up-already': [
    'conflict',
    (_: { state: 'used' }) => 'Heed has its first account already. Sign in, or ask an admin for an invitation.',
  ],
  'invitation-over': ['conflict', 'This invitation has been used or withdrawn already.'],
  'invitation-for-another': [
    'forbidden',
    ({ email }: { email: string }) => `This invitation is for ${email}. Use that address, or ask for another invitation.`,
  ],
} as const satisfies Record<string, readonly [ErrorCode, Sentence]>;

/** In which tokenizers can differ. */
const tokenizerParts = {
  vocabulary: 'the vocabulary',
  cuts: 'how texts are cut',
  prompts: 'how prompts are written',
  end: 'the end token',
  pad: 'the pad token',
};
export type TokenizerPart = keyof typeof tokenizerParts;

type Provider = ReturnType<typeof env>['provider'];
const remedies: Record<Provider, string> = {
  cpu: 'Install onnxruntime-node again (npm ci).',
  webgpu: 'It needs a GPU and its driver (on Linux Vulkan: libvulkan1 and the vendor’s package). Use HEED_PROVIDER=cpu.',
  cuda: 'It needs an NVIDIA GPU, CUDA 12, cuDNN 9 and the CUDA binaries of onnxruntime-node (node node_modules/onnxruntime-node/script/install.js). Use HEED_PROVIDER=cpu.',
};

type LinkState = { state: string; isSetup: boolean };
const renewal = (isSetup: boolean): string => (isSetup ? 'Restart Heed to get a new one.' : 'Ask an admin for a new one.');

export type RefusalReason = keyof typeof refusals;
/** What stands in its sentence. */
export type RefusalDetails<R extends RefusalReason> = DetailsOf<(typeof refusals)[R][1]>;

export const refusal = errorsOf(refusals);
