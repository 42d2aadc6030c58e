/** Why a stage failed, in the reader's language, from what is stored beside the English sentence; see lib/training/failures.ts. */
import type { brokenSteps, crashes, DetailsOfFailure, diskTroubles, FailureDetails, FailureReason } from '@/lib/training/failures';
import { alertInWords } from './alerts';
import { nameWords } from './names';
import { namedRefusal } from './refusals';
import { reasonIn, sentenceOf, type German } from './reasons';
import type { Language } from './words';

const crashInWords = reasonIn({
  killed:
    'Die Berechnung wurde von außen beendet, wahrscheinlich, weil der Rechner keinen Speicher mehr hatte. Senke die batchSize oder erhöhe gradientAccumulationSteps, oder gib ihr mehr Speicher',
  aborted: 'Die Berechnung gab auf (SIGABRT), wie sie es tut, wenn der Speicher ausgeht: siehe das Log des Trainers',
  signal: ({ signal }) => `Die Berechnung wurde durch ${signal} beendet`,
  exit: ({ code }) => `Die Berechnung endete mit dem Code ${code}`,
  unstarted: ({ message }) => `Die Berechnung ließ sich nicht starten (${message})`,
  unasked: 'Die Stufe hörte auf, ohne dass es verlangt war',
} satisfies German<typeof crashes>);

const stepInWords = reasonIn({
  parameter: ({ name, value }) => `Der Parameter ${name} enthält schon vor dem Schritt ${value}`,
  gradient: ({ name, value, loss }) => `Der Gradient von ${name} enthält ${value} (Verlust ${loss})`,
  loss: ({ loss }) => `Der Verlust ist ${loss}`,
  update: ({ name, value }) => `Der Parameter ${name} wird bei der Änderung zu ${value}`,
  norm: ({ norm }) => `Zahlen werden größer, als 32 Bit fassen (Norm des Gradienten ${norm})`,
} satisfies German<typeof brokenSteps>);

const diskInWords = reasonIn({
  full: 'Die Festplatte ist voll. Schaffe Platz oder senke, wie viel Checkpoints belegen dürfen, und starte neu',
  quota: 'Das Kontingent auf der Festplatte ist aufgebraucht. Schaffe Platz, und starte neu',
  'read-only': 'Die Festplatte ist schreibgeschützt',
  forbidden: 'Dort darf Heed nicht schreiben',
} satisfies German<typeof diskTroubles>);

const fromBackup = 'Hole ihn aus einer Sicherung zurück, oder starte eine neue Runde.';
const { stages, checkpoints } = nameWords.de;

const german: { [R in FailureReason]: string | ((details: DetailsOfFailure<R>) => string) } = {
  'round-gone': 'Die Runde dieser Stufe gibt es nicht mehr.',
  'no-base-model': 'Das Projekt hat kein Basismodell.',
  'previous-policy-gone': 'Die Policy der vorigen Runde liegt nicht mehr auf der Festplatte. Starte eine neue Runde mit ppo.startFrom=sft.',
  'stage-checkpoint-gone': ({ round, kind }) =>
    `Runde ${round} hat den Checkpoint „${checkpoints[kind as keyof typeof checkpoints] ?? kind}“ nicht mehr; starte eine neue Runde.`,
  'folder-gone': ({ folder }) => `Der Checkpoint ${folder} ist von der Festplatte verschwunden. ${fromBackup}`,
  'folder-changed': ({ folder, changed }) =>
    `Der Checkpoint ${folder} wurde verändert oder beschädigt: ${changed.length > 0 ? `Nicht so wie geschrieben: ${changed.join(', ')}` : 'Seine Dateien sind nicht die, die geschrieben wurden'}. ${fromBackup}`,
  'other-shape': ({ policyFolder, referenceFolder }) =>
    `Die Policy, von der aus es weitergehen soll (${policyFolder}), hat eine andere Form als das SFT-Modell (${referenceFolder}). Starte die Runde mit ppo.startFrom=sft.`,
  'no-demonstrations': ({ of, maxLength }) =>
    `Mit keiner der ${of} Demonstrationen lässt sich trainieren: Sie sind leer, zurückgehalten oder mit ihrem Prompt länger als ${maxLength} Tokens. Schreibe oder importiere mehr, oder erhöhe sft.maxLength.`,
  'no-comparisons': ({ of, maxLength, stage }) =>
    `Mit keinem der ${of} Vergleiche lässt sich trainieren: Sie sind „gleich gut“, Paare gleicher Texte, zurückgehalten oder länger als ${maxLength} Tokens. Vergleiche mehr Paare, oder erhöhe ${stage}.maxLength.`,
  'no-mixed-demonstrations': ({ of, contextLength }) =>
    `ppo.ptxCoef mischt in jeden Schritt Demonstrationen, aber keine von ${of} passt in einen Kontext von ${contextLength} Tokens. Schreibe welche, oder setze ppo.ptxCoef auf 0.`,
  'no-rollout-prompts': ({ of, newTokens, contextLength }) =>
    `PPO hat keine Prompts: Keiner von ${of} lässt in einem Kontext von ${contextLength} Platz für eine Antwort von ${newTokens} Tokens. Füge Prompts hinzu, oder senke ppo.responseLength.`,
  'no-sample-prompts': ({ of, newTokens, contextLength }) =>
    `Keiner der ${of} Prompts lässt in einem Kontext von ${contextLength} Platz für eine Antwort von ${newTokens} Tokens. Senke sample.maxNewTokens, oder füge kürzere Prompts hinzu.`,
  'closed-prompts': ({ closed, of, first }) =>
    `${closed} von ${of} Prompts enden mit dem Endzeichen des Modells, sodass nichts zu beantworten bleibt; der erste ist „${first}“. Entferne das Endzeichen aus den Prompts oder vom Ende der Chat-Vorlage des Tokenizers.`,
  halted: ({ step, ...alert }) => {
    const { seen, advice } = alertInWords(alert, 'de');
    return `Die Wache hat diese Stufe bei Schritt ${step} beendet. ${seen} ${advice}`;
  },
  'not-finite': ({ step, totalSteps, what, batch }) => {
    const kept = batch && (batch.trouble ? ` Sein Batch konnte nicht nach ${batch.file} geschrieben werden.` : ` Sein Batch liegt in ${batch.file}.`); // prettier-ignore
    return `Schritt ${step} von ${totalSteps} ergab keine Zahlen: ${stepInWords(what, 'de')}. Nichts Kaputtes wurde gespeichert.${kept ?? ''} Senke die Lernrate, oder sieh nach, was an diesem Batch seltsam ist, und starte neu.`;
  },
  'out-of-memory': ({ stage, program, inputs, now }) =>
    `${stages[stage]}: Der Speicher reicht nicht (Programm ${program}, ${inputs}). ${memoryAdvice(stage, now)} Dann starte neu; nichts Gespeichertes ist verloren.`,
  disk: ({ path, trouble }) => `${path} konnte nicht geschrieben werden: ${diskInWords(trouble, 'de')}.`,
  'no-checkpoint-left': ({ stage }) => `Die Stufe ${stages[stage]} endete ohne ihren Checkpoint.`,
  broken: ({ times, last }) => `Die Stufe ist ${times}-mal hintereinander abgebrochen. Beim letzten Mal: ${crashInWords(last, 'de')}.`,
  silent: ({ times }) =>
    `Der Trainer endete ${times}-mal bei dieser Stufe, jedes Mal, bevor er Neues gespeichert hatte, von dem aus es weitergeht. Vielleicht braucht sie mehr Speicher, als da ist: siehe das Log des Trainers.`,
};

function memoryAdvice(...[stage, now]: [DetailsOfFailure<'out-of-memory'>['stage'], DetailsOfFailure<'out-of-memory'>['now']]): string {
  if (stage === 'sample')
    return `Senke sample.maxNewTokens (jetzt ${now.maxNewTokens}), nimm ein kleineres Modell, oder gib Heed mehr Speicher.`;
  const length =
    stage === 'ppo'
      ? `senke ppo.responseLength (jetzt ${now.responseLength})`
      : `senke ${stage}.maxLength (jetzt ${now.maxLength ?? 'der Kontext des Modells'})`;
  return `In dieser Reihenfolge: Erhöhe ${stage}.gradientAccumulationSteps (jetzt ${now.gradientAccumulationSteps}; dieselben Schritte in weniger Speicher), senke ${stage}.batchSize (jetzt ${now.batchSize}), ${length}, oder nimm ein kleineres Modell oder einen Rechner mit mehr Speicher.`;
}

/** `lang`: of the text, where it is not the reader's: what has no name, or was stored before names were. */
export function failureInWords(error: string, details: FailureDetails | null, language: Language): { text: string; lang?: 'en' } {
  if (language === 'en') return { text: error };
  const said = details && (sentenceOf(german, details.reason, details) ?? namedRefusal(details));
  return said ? { text: said } : { text: error, lang: 'en' };
}
