/**
 * Labels and help of the fields that are made from schemas. In English they are the schema's own; elsewhere they stand here by path within
 * the project's settings: the whole path, or what follows the stage where stages share a field. Hyperparameters keep their names, which
 * papers and the API have; what they do is translated. A test sees to it that none is missing.
 */
import type { Language } from './words';

type FieldWords = { label?: string; help: string };

const german: Record<string, FieldWords> = {
  compareOverlap: { label: 'Urteile je Paar', help: 'Wie viele Leute jedes Paar beurteilen.' },
  scalePoints: {
    label: 'Punkte der Vergleichsskala',
    help: 'Punkte der Skala, auf der zwei Antworten verglichen werden. „Gleich gut“ und „beide schlecht“ gehen immer.',
  },
  demonstrateOverlap: { label: 'Antworten je Prompt', help: 'Wie viele Leute jeden Prompt beantworten.' },
  rankTasks: { label: 'Rangfolgen', help: 'Prompts jeder Runde, deren Antworten geordnet werden. 0: keine.' },
  rankSize: { label: 'Länge der Rangfolgen', help: 'Antworten in einer Rangfolge.' },
  rankOverlap: { label: 'Leute je Rangfolge', help: 'Wie viele Leute dieselben Antworten ordnen.' },
  rateTasks: { label: 'Bewertungen', help: 'Antworten jeder neuen Policy, die für sich bewertet werden. 0: keine.' },
  ratePoints: { label: 'Punkte der Bewertung', help: 'Punkte der Skala für jeden Gesichtspunkt einer bewerteten Antwort.' },
  rateOverlap: { label: 'Leute je Bewertung', help: 'Wie viele Leute jede dieser Antworten bewerten.' },
  leaseMinutes: { label: 'Minuten je Aufgabe', help: 'Wie lange eine geöffnete Aufgabe bei einer Person bleibt.' },
  amendMinutes: { label: 'Minuten zum Ändern', help: 'Wie lange man eine gegebene Antwort ändern kann. 0: gar nicht.' },
  quizItems: {
    label: 'Paare im Eingangsquiz',
    help: 'So viele Paare mit bekannter Antwort vergleichen Annotatoren, bevor sie Arbeit bekommen. 0: kein Quiz.',
  },
  quizPassShare: { label: 'Anteil zum Bestehen', help: 'Anteil davon, der wie erwartet beantwortet sein muss.' },
  goldShare: {
    label: 'Anteil Goldaufgaben',
    help: 'Anteil der Vergleiche, deren Antwort bekannt ist; sie sind von anderen nicht zu unterscheiden. 0: keine.',
  },
  retestShare: {
    label: 'Anteil Wiederholungen',
    help: 'Anteil der Vergleiche, die dieselbe Person schon einmal gemacht hat; sie sind von anderen nicht zu unterscheiden. 0: keine.',
  },
  retestAfterAnswers: {
    label: 'Abstand in Vergleichen',
    help: 'Ein Vergleich wird wiederholt, wenn mindestens so viele andere dazwischen liegen.',
  },
  retestAfterHours: { label: 'Abstand in Stunden', help: 'Ein Vergleich wird wiederholt, wenn er mindestens so viele Stunden alt ist.' },
  goldPauseShare: {
    label: 'Pause unter diesem Anteil Gold',
    help: 'Wer als Annotator einen kleineren Anteil der Goldaufgaben wie erwartet beantwortet, pausiert, bis ein Prüfer entscheidet. 0: niemand.',
  },
  goldPauseLast: { label: 'Letzte Goldaufgaben', help: 'Von wie vielen Goldaufgaben, den letzten, dieser Anteil genommen wird.' },
  goldPauseMin: { label: 'Goldaufgaben mindestens', help: 'Wegen weniger Goldaufgaben als diesen pausiert niemand.' },
  speedRule: {
    label: 'Zu schnelle Antworten',
    help: 'Was geschieht, wenn ein Annotator zu schnell antwortet: nichts (off), ein Hinweis (warn), oder ein Hinweis und, wenn es so weitergeht, eine Pause (pause).',
  },
  speedLast: {
    label: 'Letzte Antworten',
    help: 'Von wie vielen Antworten einer Art, den letzten, die mittlere Zeit (Median) genommen wird; so viele von anderen muss es zum Vergleich geben.',
  },
  speedShare: {
    label: 'Anteil der Zeit anderer',
    help: 'Zu schnell ist eine mittlere Zeit unter diesem Anteil der mittleren Zeit anderer. 0: Andere zählen nicht.',
  },
  speedSecondsPerThousand: {
    label: 'Sekunden je tausend Zeichen',
    help: 'Zu schnell sind, was immer andere brauchen, weniger Sekunden als diese für tausend Zeichen (Median). 0: Die Länge zählt nicht.',
  },
  heldOutFraction: { label: 'Anteil Zurückgehaltenes', help: 'Anteil der Prompts, auf denen nicht trainiert, sondern gemessen wird.' },
  demonstrationTasks: {
    label: 'Aufgaben zum Vormachen',
    help: 'So viele entstehen aus den ersten Prompts, auf denen trainiert wird.',
  },
  aspects: {
    label: 'Gesichtspunkte',
    help: 'Wonach Antworten einzeln beurteilt werden, mit Kommas dazwischen. Leer: nach nichts.',
  },
  compareAspects: {
    label: 'Gesichtspunkte beim Vergleichen',
    help: 'Zwei Antworten werden vor der Wahl zwischen ihnen auch nach jedem Gesichtspunkt verglichen.',
  },
  demonstrateFromModel: {
    label: 'Vormachen von einer Antwort aus',
    help: 'Wer eine Antwort schreibt, darf von der eines Modells ausgehen, wo es eine gibt.',
  },
  safetyCategories: { label: 'Arten von Bedenklichem', help: 'Warum eine Antwort bedenklich sein kann, mit Kommas dazwischen.' },
  redTeamModels: {
    label: 'Modelle zum Herausfordern',
    help: 'Wie viele der neuesten Modelle Annotatoren zum Versagen bringen dürfen: erst Policies, dann SFT-Modelle, dann das Basismodell. 0: keines.',
  },
  hideNames: {
    label: 'Namen verbergen',
    help: 'Wer geurteilt oder geschrieben hat, heißt auf allen Seiten und in allen Tabellen über Antworten nach einer Nummer, überall derselben.',
  },
  minDemonstrations: { label: 'Demonstrationen mindestens', help: 'Eine Runde beginnt nur mit mindestens so vielen.' },
  minComparisons: { label: 'Vergleiche mindestens', help: 'Eine Runde beginnt nur mit mindestens so vielen, die nicht „gleich gut“ sind.' },
  compareMoreOverlap: { label: 'Urteile je Paar auf einem Teil', help: 'Wie viele Leute die Paare in compareMoreShare beurteilen.' },
  compareMoreShare: {
    label: 'Anteil der Paare',
    help: 'Anteil der Paare, die compareMoreOverlap Leute beurteilen, gezogen nach dem, was sie zeigen. 0: keine.',
  },
  demonstrateMoreOverlap: {
    label: 'Antworten je Prompt auf einem Teil',
    help: 'Wie viele Leute die Prompts in demonstrateMoreShare beantworten.',
  },
  demonstrateMoreShare: {
    label: 'Anteil der Prompts',
    help: 'Anteil der Prompts, die demonstrateMoreOverlap Leute beantworten, gezogen nach dem, was sie zeigen. 0: keine.',
  },
  rankMoreOverlap: { label: 'Leute je Rangfolge auf einem Teil', help: 'Wie viele Leute die Rangfolgen in rankMoreShare machen.' },
  rankMoreShare: {
    label: 'Anteil der Rangfolgen',
    help: 'Anteil der Rangfolgen, die rankMoreOverlap Leute machen, gezogen nach dem, was sie zeigen. 0: keine.',
  },
  rateMoreOverlap: { label: 'Leute je Bewertung auf einem Teil', help: 'Wie viele Leute die Antworten in rateMoreShare bewerten.' },
  rateMoreShare: {
    label: 'Anteil der Bewertungen',
    help: 'Anteil der Antworten, die rateMoreOverlap Leute bewerten, gezogen nach dem, was sie zeigen. 0: keine.',
  },
  'overlap.compareMoreOverlap': {
    help: 'Wie viele Leute die Paare dieser Runde in compareMoreShare beurteilen. Leer (null): wie das Projekt.',
  },
  'overlap.compareMoreShare': { help: 'Anteil der Paare dieser Runde für compareMoreOverlap. Leer (null): wie das Projekt.' },
  'overlap.rankMoreOverlap': { help: 'Wie viele Leute die Rangfolgen dieser Runde in rankMoreShare machen. Leer (null): wie das Projekt.' },
  'overlap.rankMoreShare': { help: 'Anteil der Rangfolgen dieser Runde für rankMoreOverlap. Leer (null): wie das Projekt.' },
  'overlap.rateMoreOverlap': {
    help: 'Wie viele Leute die Antworten dieser Runde in rateMoreShare bewerten. Leer (null): wie das Projekt.',
  },
  'overlap.rateMoreShare': { help: 'Anteil der Antworten dieser Runde für rateMoreOverlap. Leer (null): wie das Projekt.' },
  policyOptimizer: {
    help: 'Wie die Policy entsteht: ppo zieht Antworten und folgt dem Belohnungsmodell, dpo lernt unmittelbar aus den Vergleichen.',
  },
  labels: {
    help: 'Als was ein Paar zählt, das mehrere beurteilt haben: jedes Urteil für sich (each), oder als eine weiche Bewertung, der Konsens nach dem Modell von Dawid und Skene (consensus). Zurückgehaltene Paare werden immer an jedem Urteil gemessen.',
  },
  verdicts: {
    help: 'Wo ein Prüfer über ein Paar entschieden hat: sein Entscheid an der Stelle dessen, was Leute dazu sagten (preferred), oder was Leute sagten (ignored). Zurückgehaltene Paare werden immer an jedem Urteil gemessen.',
  },
  // In several stages.
  learningRate: { help: 'Höchste Lernrate.' },
  lrScheduler: { help: 'Lernrate über die Schritte, nach dem Aufwärmen.' },
  warmupRatio: { help: 'Anteil der Schritte, in denen die Lernrate von 0 an geradlinig steigt.' },
  gradientAccumulationSteps: {
    help: 'Teile, in denen ein Schritt nacheinander gerechnet wird: derselbe Schritt mit weniger Speicher. Muss die Anzahl teilen.',
  },
  maxLength: {
    help: 'Tokens von Prompt und Antwort zusammen; Längeres wird ausgelassen und gezählt. Leer (null): der Kontext des Modells.',
  },
  lora: { help: 'Adapter von niedrigem Rang auf eingefrorenen Gewichten (LoRA); null trainiert alle Gewichte.' },
  adamBeta1: { help: 'AdamW: Abklingen des ersten Moments.' },
  adamBeta2: { help: 'AdamW: Abklingen des zweiten Moments.' },
  adamEps: { help: 'AdamW: wird zur Wurzel des zweiten Moments addiert, wie adamEpsForm es sagt.' },
  adamEpsForm: {
    help: 'AdamW: adamEps wird nach der Bias-Korrektur addiert (pytorch) oder davor (tensorflow, wie im veröffentlichten Code von OpenAI: kleinere erste Schritte).',
  },
  weightDecay: { help: 'AdamW: entkoppelter Gewichtsabbau, nur auf Matrizen.' },
  maxGradNorm: { help: 'Gradienten werden auf diese Gesamtnorm verkleinert.' },
  temperature: { help: 'Die Logits werden durch sie geteilt.' },
  'sft.numTrainEpochs': { help: 'Höchstens so viele Durchgänge durch die Demonstrationen.' },
  'sft.earlyStoppingPatience': {
    help: 'So viele Durchgänge hintereinander dürfen enden, ohne den Verlust auf Zurückgehaltenem zu senken; dann endet das Training. Behalten werden die Gewichte des besten Durchgangs. Leer (null): alle Durchgänge, die letzten Gewichte. Ohne zurückgehaltene Demonstrationen ohne Wirkung.',
  },
  'sft.batchSize': { help: 'Demonstrationen je Schritt.' },
  'reward.numTrainEpochs': { help: 'Durchgänge durch die Vergleiche.' },
  'reward.batchSize': { help: 'Paare je Schritt; alle Paare eines Prompts bleiben in einem Stapel, wenn sie hineinpassen.' },
  'reward.marginPerGrade': {
    help: 'Abstand m in −log σ(r_chosen − r_rejected − m) für jede Stufe der Stärke auf der Skala von sieben Punkten, deren Ende 3 ist; andere Skalen werden darauf gestreckt. 0: kein Abstand.',
  },
  'reward.centerRewardsCoefficient': { help: 'Gewicht der quadrierten Summe beider Belohnungen, die sie um 0 hält.' },
  'reward.pooling': {
    help: 'Der Wert wird am letzten Token gelesen oder über die Tokens der Antwort gemittelt (für abgeschnittene Antworten).',
  },
  'reward.ensembleSize': { help: 'Köpfe auf dem gemeinsamen Körper; ihre Uneinigkeit ist die Unsicherheit einer Belohnung. 1 hat keine.' },
  'ppo.startFrom': {
    help: 'Wo die Policy beginnt: beim SFT-Modell der Runde, oder bei der Policy der Runde davor, wenn es eine gibt. Die KL gilt so oder so zum SFT-Modell.',
  },
  'ppo.totalEpisodes': { help: 'Gezogene Antworten insgesamt.' },
  'ppo.batchSize': { help: 'Episoden je Rollout-Stapel.' },
  'ppo.numMiniBatches': { help: 'Schritte je Durchgang durch einen Rollout-Stapel.' },
  'ppo.numPpoEpochs': { help: 'Durchgänge durch jeden Rollout-Stapel.' },
  'ppo.learningRate': { help: 'Höchste Lernrate, die geradlinig auf 0 sinkt.' },
  'ppo.temperature': { help: 'Die Logits werden durch sie geteilt, beim Ziehen und in jeder Log-Wahrscheinlichkeit.' },
  'ppo.responseLength': { help: 'Längste gezogene Antwort, in Tokens.' },
  'ppo.klCoef': { help: 'β: Belohnung, die ein Nat KL zur SFT-Policy kostet.' },
  'ppo.targetKl': { help: 'Anpassendes β: die KL je Antwort (Nats, über die Tokens summiert), auf die es hinsteuert; null hält β fest.' },
  'ppo.klHorizon': { help: 'Anpassendes β: Episoden, über die es reagiert.' },
  'ppo.klEstimator': {
    help: 'Die KL eines Tokens aus Log-Wahrscheinlichkeiten: k1 = log π − log π_ref, ohne Verzerrung; k2 = k1²/2 und k3 = e^−k1 − 1 + k1, nie negativ und ruhiger.',
  },
  'ppo.earlyStopKl': {
    help: 'Keine weiteren Durchgänge durch einen Rollout-Stapel, sobald policy/approxkl_avg eines Durchgangs über dem 1,5-Fachen davon liegt; null hält nie an.',
  },
  'ppo.emaDecay': {
    help: 'Das Ergebnis ist das exponentiell gleitende Mittel der Gewichte, d·Mittel + (1 − d)·Policy nach jedem Rollout-Stapel; d nahe 1 mittelt über viele. Leer (null): die letzten Gewichte.',
  },
  'ppo.maxRatio': { help: 'Ein Minibatch mit höherem mittlerem Verhältnis zählt nicht: Die Policy hat ihre Rollouts verlassen.' },
  'ppo.criticWarmupIterations': { help: 'Rollout-Stapel am Anfang, die nur den Kritiker trainieren.' },
  'ppo.ptxCoef': { help: 'PPO-ptx: Gewicht des Sprachverlusts auf Demonstrationen, in jeden Schritt gemischt; 0 schaltet es ab.' },
  'ppo.bestOfN': {
    help: 'Vergleichswert zu Beginn: die beste von so vielen SFT-Antworten nach dem Belohnungsmodell, für jeden Prompt eines Stapels; 1 lässt ihn weg.',
  },
  'ppo.clipRange': { help: 'ε des begrenzten Verhältnisses der Policy.' },
  'ppo.clipRangeValue': { help: 'Wie weit sich ein Wert von dem beim Rollout entfernen darf, bevor er begrenzt wird.' },
  'ppo.vfCoef': { help: 'Gewicht des Verlusts der Wertschätzung.' },
  'ppo.entropyCoef': { help: 'Gewicht der Zugabe für Entropie.' },
  'ppo.gamma': { help: 'Abschlag je Token.' },
  'ppo.gaeLambda': { help: 'λ der verallgemeinerten Vorteilsschätzung (GAE).' },
  'ppo.whitenRewards': { help: 'Belohnungen je Token vor den Vorteilen normieren (nur die Varianz).' },
  'ppo.whitenAdvantages': { help: 'Vorteile über die Tokens eines Rollout-Stapels normieren: Mittel 0, Varianz 1.' },
  'ppo.eosRule': {
    help: 'Eine Antwort ohne Endzeichen behält ihren Wert, bekommt missingEosPenalty oder verliert es. auto: none, wo weniger als die Hälfte der Vergleichsantworten von selbst endet, sonst replace.',
  },
  'ppo.missingEosPenalty': { help: 'Größe dieser Strafe.' },
  'dpo.numTrainEpochs': { help: 'Durchgänge durch die Vergleiche.' },
  'dpo.batchSize': { help: 'Paare je Schritt.' },
  'dpo.beta': { help: 'β: wie teuer es ist, sich von der SFT-Policy zu entfernen.' },
  'dpo.labelSmoothing': { help: 'Anteil der Urteile, die als falsch gelten: 0 glaubt jedem (vorsichtiges DPO).' },
  'sample.topK': { help: 'Die k wahrscheinlichsten Tokens behalten; 0 behält alle.' },
  'sample.topP': { help: 'Die wahrscheinlichsten Tokens behalten, die zusammen so wahrscheinlich sind; 1 behält alle.' },
  'sample.maxNewTokens': { help: 'Längste Antwort, in Tokens.' },
  'sample.seed': { help: 'Startwert des Zufalls beim Ziehen.' },
  'sample.numPrompts': { help: 'Prompts, auf die neue Antworten gezogen werden.' },
  'watch.haltOn': { help: 'Der mildeste Alarm, der die Runde beendet: Sie scheitert dann mit ihm als Grund.' },
  'watch.windowEpisodes': { help: 'Neueste Antworten, die mit denen der SFT-Policy verglichen werden.' },
  'watch.klBudget': { help: 'KL zur SFT-Policy, Nats je Antwort, die eine Policy ausgeben darf.' },
  'watch.klPerToken': { help: 'Dasselbe je Token.' },
  'watch.featureShare': { help: 'Anteil am Anstieg der Belohnung, den Länge, Wiederholung oder Form erklären dürfen.' },
  'watch.phraseShare': {
    help: 'Anteil der Antworten, die eine Wendung enthalten dürfen, welche die SFT-Policy kaum je schrieb, oder die eine wiederholen, wenn es sich lohnt.',
  },
  'watch.uncertaintyRatio': { help: 'Uneinigkeit des Ensembles über neue Antworten, als Vielfaches der über die der SFT-Policy.' },
  'watch.outsideShare': {
    help: 'Anteil der Antworten, die außerhalb der Texte liegen dürfen, auf denen das Belohnungsmodell trainiert wurde.',
  },
  'watch.improbableShare': { help: 'Anteil der Antworten, wie sie die SFT-Policy kaum je schreibt (1 % ihrer eigenen sind so).' },
  'watch.entropyRatio': { help: 'Entropie je Token, als Anteil der der SFT-Policy, unter dem die Policy sich verengt hat.' },
  'watch.distinctRatio': {
    help: 'Verschiedene n-Gramme, als Anteil derer der SFT-Policy in ebenso viel Text, unter dem ihre Texte alle gleich sind.',
  },
  'watch.similarity': { help: 'Mittlere Überschneidung (Jaccard, Wortpaare) der Antworten auf verschiedene Prompts.' },
  'watch.openingShare': { help: 'Anteil der Antworten, die mit denselben vier Wörtern beginnen dürfen.' },
  'watch.minPairs': { help: 'Ab so vielen beurteilten Paaren wird das Belohnungsmodell an einer neuen Policy gemessen.' },
  'watch.accuracyDrop': {
    help: 'Rückgang seiner Treffer und Anstieg seines Kalibrierungsfehlers auf Paaren der neuesten Policy gegenüber älteren.',
  },
  r: { help: 'Rang der Änderungen.' },
  alpha: { help: 'Änderungen zählen alpha / r.' },
  targetModules: { help: 'Lineare Schichten, die eine Änderung bekommen, nach dem Ende ihres Namens (q_proj, v_proj), oder alle.' },
};

/** Undefined in English, and where nothing is known of the path. */
export function fieldWords(path: string, language: Language): FieldWords | undefined {
  if (language === 'en') return undefined;
  const parts = path.replace(/^round\./, '').split('.');
  return german[parts.join('.')] ?? german[parts.at(-1)!];
}
