/**
 * Why the server did not take something, in the reader's language. The server says it in English; elsewhere each reason is known by its name
 * (lib/refusals.ts), what has none by its code.
 */
import type { Role, TaskKind } from '@/db/enums';
import type { Permission } from '@/lib/auth/permissions';
import type { Refused } from '@/lib/auth/form-state';
import type { RefusalDetails, RefusalReason, TokenizerPart } from '@/lib/refusals';
import type { LoraSettings } from '@/lib/training/hyperparameters';
import { holdWords } from './holds';
import { sentenceOf } from './reasons';
import type { Language } from './words';

type Sentence<R extends RefusalReason> = string | ((details: RefusalDetails<R>) => string);

const none = (names: string[]): string => names.join(', ') || 'keine';
const roles: Record<Role, string> = { annotator: 'Annotator', reviewer: 'Prüfer', admin: 'Admin' };
const kinds: Record<TaskKind, string> = { compare: 'Vergleichen', rank: 'Reihen', rate: 'Bewerten', demonstrate: 'Vormachen' };
const needed: Record<Permission, string> = {
  'task.work': 'Aufgaben bearbeiten',
  'round.view': 'Runden sehen',
  'data.view': 'die Daten sehen',
  'data.export': 'Daten exportieren',
  'lineage.view': 'sehen, welches Modell was geschrieben hat',
  'quality.manage': 'bekannte Antworten festlegen, über strittige Paare entscheiden, Fragen beantworten oder jemanden beginnen lassen',
  'round.manage': 'Runden beginnen oder abbrechen',
  'people.manage': 'einladen und Konten verwalten',
  'project.manage': 'Projekte ändern',
};
const newLink = (isSetup: boolean): string =>
  isSetup ? 'Starte Heed neu, um einen neuen zu bekommen.' : 'Bitte einen Admin um einen neuen.';

const tokenizerParts: Record<TokenizerPart, string> = {
  vocabulary: 'das Vokabular',
  cuts: 'wie Texte zerlegt werden',
  prompts: 'wie Prompts geschrieben werden',
  end: 'das Endzeichen',
  pad: 'das Füllzeichen',
};
const layers = ({ targetModules }: LoraSettings): string =>
  targetModules === 'all-linear' ? 'allen linearen Schichten' : targetModules.join(', ');
const remedies: Record<RefusalDetails<'no-provider'>['provider'], string> = {
  cpu: 'Installiere onnxruntime-node neu (npm ci).',
  webgpu:
    'Sie braucht eine GPU und deren Treiber (unter Linux Vulkan: libvulkan1 und das Paket des Herstellers). Oder setze HEED_PROVIDER=cpu.',
  cuda: 'Sie braucht eine NVIDIA-GPU, CUDA 12, cuDNN 9 und die CUDA-Dateien von onnxruntime-node (node node_modules/onnxruntime-node/script/install.js). Oder setze HEED_PROVIDER=cpu.',
};

const german: { [R in RefusalReason]: Sentence<R> } = {
  'signed-out': 'Melde dich erst an.',
  'wrong-password': 'Diese E-Mail-Adresse und dieses Passwort gehören nicht zusammen.',
  'too-many-sign-ins': 'Zu viele Versuche. Warte eine Viertelstunde und versuche es dann noch einmal.',
  'unknown-token': 'Dieser API-Token ist nicht bekannt oder wurde widerrufen. Lege einen neuen an: heed token create.',
  'other-site': 'Diese Anfrage kam von einer anderen Website und wurde abgelehnt.',
  'account-needed': 'Das ist für Menschen mit Konto, deren Namen es tragen kann.',
  'not-permitted': ({ role, permission }) =>
    `Mit deiner Rolle (${roles[role]}) darfst du nicht: ${needed[permission]}. Bitte einen Admin, deine Rolle zu ändern.`,

  'not-json': 'Die Anfrage muss JSON sein.',
  'bad-json': 'Die Anfrage ist kein gültiges JSON.',
  'body-too-large': ({ kibibytes }) => `Das ist zu lang für den Server: Höchstens ${kibibytes} KiB auf einmal.`,
  'check-fields': 'Sieh dir die markierten Felder an.',
  'body-broke-off': 'Die Anfrage brach vor ihrem Ende ab.',

  'no-such-project': 'Dieses Projekt gibt es nicht.',
  'no-project-of-name': ({ slug }) => `Ein Projekt „${slug}“ gibt es nicht.`,
  'slug-taken': ({ slug }) => `Ein Projekt „${slug}“ gibt es schon. Wähle einen anderen Namen.`,
  'no-such-version': ({ version }) => `Version ${version} der Richtlinien gibt es nicht.`,
  'no-such-prompt': 'Diesen Prompt gibt es nicht.',
  'no-such-subject': ({ subjects }) => `Beurteilt wird hier nur: ${subjects.join(', ')}.`,

  'no-such-task': 'Diese Aufgabe hast du nicht offen. Hole dir eine neue.',
  'other-kind': ({ kind }) => `Diese Aufgabe gehört nicht zu „${kinds[kind]}“.`,
  answered: 'Du hast diese Aufgabe schon beantwortet.',
  skipped: 'Du hast diese Aufgabe übersprungen.',
  reopened: 'Du hast diese Aufgabe inzwischen neu geöffnet; beantworte sie dort.',
  late: 'Diese Aufgabe braucht keine Antwort mehr. Was du trotzdem schickst, bleibt und gilt als verspätet.',
  'too-many-open': ({ open }) => `Du hast ${open} Aufgaben offen. Erledige erst einige davon.`,
  'key-of-another-answer': 'Das gehört zu einer anderen Antwort. Lade die Seite neu und versuche es noch einmal.',
  'nothing-to-write': 'Zu dieser Aufgabe gibt es nichts zu schreiben.',
  'newer-draft': 'Es gibt einen neueren Entwurf dieser Antwort, vermutlich aus einem anderen Tab.',
  'no-text-to-start-from': ({ from }) => `Diese Aufgabe hat keinen Text „${from}“, mit dem man beginnen könnte.`,
  unchanged: 'Der Text ist der, mit dem du begonnen hast, oder der andere. Ändere ihn, oder schicke deine Antwort ohne ihn.',
  'off-scale': ({ scalePoints, max }) => `Die Skala mit ${scalePoints} Punkten reicht von −${max} bis ${max}.`,
  'no-such-aspect': ({ aspect, aspects }) => `Den Aspekt „${aspect}“ gibt es in diesem Projekt nicht. Es gibt: ${none(aspects)}.`,
  'no-such-category': ({ category, categories }) =>
    `Die Sicherheitskategorie „${category}“ gibt es in diesem Projekt nicht. Es gibt: ${none(categories)}.`,
  'grades-missing': ({ aspects, scalePoints }) =>
    `Bewerte ${aspects.join(', ')}, jeweils von 1 bis ${scalePoints}. Vielleicht fragt das Projekt inzwischen etwas anderes: Hole die Aufgabe noch einmal.`,
  'no-aspects-any-more': 'Dieses Projekt fragt nach keinen Aspekten mehr: Hole die Aufgabe noch einmal.',
  'ranks-missing': ({ responses }) => `Es braucht einen Rang für jede der ${responses} Antworten.`,
  'no-such-answer': 'Eine solche Antwort hast du nicht gegeben. „Meine Arbeit“ zeigt deine.',
  off: 'In diesem Projekt lassen sich Antworten nicht ändern. Sag einem Admin, was an deiner nicht stimmt.',
  'too-old': ({ minutes }) =>
    `Eine Antwort lässt sich ${minutes} Minuten lang ändern; diese ist älter. Sag einem Admin, was an ihr nicht stimmt.`,
  superseded: 'Du hast diese Antwort schon geändert. Öffne „Meine Arbeit“ noch einmal und ändere die neueste Fassung.',
  'follows-from-another':
    'Dieses Paar folgt aus einer anderen Antwort von dir. Ändere diese: den Text, den du geschrieben hast, oder deine Reihung.',

  'quiz-first': 'Bevor die Arbeit beginnt, gibt es ein kurzes Quiz. Du findest es unter „Vergleichen“.',
  'quiz-waiting': 'Deine letzten Antworten im Quiz sind unterwegs. Sobald sie da sind, beginnt die Arbeit.',
  'not-qualified': ({ asked, right, needed: least }) =>
    `Von den ${asked} Paaren im Quiz hast du ${right} wie erwartet beantwortet; ${least} braucht es, bevor die Arbeit beginnt. Verloren ist nichts: Lies die Richtlinien noch einmal und frage einen Prüfer; er kann dir noch einen Versuch geben oder dich beginnen lassen.`,
  'too-few-quiz-pairs': ({ fresh, needed: least }) =>
    `Von den Quizpaaren kennt diese Person ${fresh} noch nicht, und ein Versuch braucht ${least}. Lege weitere an, oder lass sie beginnen.`,
  paused: ({ evidence }) =>
    `Deine Arbeit in diesem Projekt pausiert. ${holdWords.de.evidence(evidence)} Ein Prüfer entscheidet, wie es weitergeht. Alles, was du geantwortet hast, bleibt, und Antworten, die noch unterwegs sind, werden angenommen.`,
  'paused-already': 'Die Person pausiert schon.',
  'not-held': 'Die Person ist weder pausiert noch gewarnt.',
  'no-such-response': 'Diese Antwort gibt es nicht. Öffne den Prompt noch einmal.',
  'other-prompt': 'Beide Antworten müssen zum selben Prompt gehören.',
  'same-text': 'Wähle zwei verschiedene Antworten: Zwischen diesen gibt es nichts zu entscheiden.',
  'pair-exists': 'Dieses Paar gibt es schon. Entferne es erst, um es zu ändern.',
  'pair-removed': 'Dieses Paar ist schon entfernt.',

  'pair-gone': 'Zu diesem Paar zählt keine Antwort mehr. Nichts wurde entschieden.',
  decided: 'Jemand hat über dieses Paar inzwischen entschieden. Lade die Seite neu, um zu sehen, wie.',
  'no-such-verdict': 'Diesen Entscheid gibt es nicht.',

  'too-many-questions': ({ waiting }) => `${waiting} deiner Fragen warten auf eine Antwort. Frag wieder, wenn einige davon eine haben.`,
  'no-such-comment': 'Einen solchen Kommentar hast du nicht geschrieben.',
  'no-such-question': 'Diese Frage gibt es nicht.',
  'question-changed': 'Jemand hat das inzwischen beantwortet oder geändert. Lade die Seite neu, um zu sehen, wie.',

  'no-model': 'Es gibt kein Modell, mit dem man sprechen könnte.',
  'model-gone': 'Mit diesem Modell darfst du nicht sprechen, oder es ist nicht mehr da.',
  'no-such-checkpoint': 'Diesen Checkpoint hat das Projekt nicht.',
  'checkpoint-removed': 'Die Dateien dieses Checkpoints wurden entfernt, um Platz zu sparen. Wähle einen neueren.',
  'writes-no-text': 'Dieser Checkpoint schreibt keinen Text. Wähle ein Basismodell, ein SFT-Modell oder eine Policy.',
  'inference-down': 'Das Modell antwortet nicht; es wird gerade neu gestartet. Versuche es gleich noch einmal.',
  'inference-refused': ({ status }) => `Das Modell hat die Anfrage abgelehnt (${status}). Warum, steht im Log.`,
  'context-full': ({ promptTokens, newTokens, contextLength }) =>
    `Der Prompt hat ${promptTokens} Tokens; mit ${newTokens} neuen ist das mehr als der Kontext des Modells von ${contextLength}. Kürze den Prompt, oder verlange weniger neue Tokens.`,
  'empty-prompt':
    'Der Prompt ist leer, und das Modell hat kein Anfangszeichen (bos_token), von dem aus es schreiben könnte. Gib einen Prompt ein.',
  'model-busy': ({ waiting }) => `Auf dieses Modell warten schon ${waiting} Anfragen. Versuche es gleich noch einmal.`,
  'conversation-full': 'Länger kann das Gespräch nicht werden. Kürze die Nachricht, oder schließe das Gespräch ab.',
  'answer-broke-off': 'Die Antwort brach ab. Schicke die Nachricht noch einmal.',
  'no-such-conversation': 'Dieses Gespräch gibt es nicht.',
  finished: 'Du hast dieses Gespräch schon abgeschlossen.',
  'just-ended': 'Dein letztes Gespräch endete in diesem Augenblick. Schicke die Nachricht noch einmal.',
  'moved-on': 'Das Gespräch ging inzwischen woanders weiter, vielleicht in einem anderen Tab. Sieh es dir noch einmal an.',
  'model-has-answered': 'Das Modell hat geantwortet: Sag, ob es versagt oder standgehalten hat.',
  'nothing-to-judge': 'Das Modell hat noch nichts geantwortet: Es gibt nichts zu beurteilen.',
  'failure-category': ({ categories }) =>
    `Sag, auf welche dieser Arten das Modell versagt hat: ${categories.join(', ') || 'dieses Projekt hat keine'}.`,
  'same-as-the-answer': 'Was das Modell hätte sagen sollen, ist, was es gesagt hat. Ändere es, oder lass es weg.',

  'files-gone': ({ folder }) => `Die Dateien dieses Checkpoints sind verschwunden: Den Ordner ${folder} gibt es nicht.`,
  'model-unreadable': ({ folder, problem }) =>
    `Das Modell in ${folder} lässt sich nicht laden: Dateien fehlen, sind beschädigt, passen nicht zueinander oder sind von einer Art, die Heed nicht kennt. Im Einzelnen, auf Englisch: „${problem}“`,
  'template-fails': ({ problem }) => `Die Chat-Vorlage des Modells scheitert an einer einzelnen Nachricht (${problem}).`,
  'other-tokenizer': ({ policyFolder, rewardFolder, differing }) =>
    `Die Policy (${policyFolder}) und das Belohnungsmodell (${rewardFolder}) haben verschiedene Tokenizer. Verschieden sind: ${differing.map((part) => tokenizerParts[part]).join(', ')}. Trainiere das Belohnungsmodell vom SFT-Modell dieser Policy aus: Starte eine neue Runde.`,
  'other-adapter': ({ folder, has, asked }) =>
    `Der Adapter in ${folder} hat r ${has.r}, alpha ${has.alpha} auf ${layers(has)}; die Einstellungen verlangen r ${asked.r}, alpha ${asked.alpha} auf ${layers(asked)}. Nimm für alle Stufen dieselben Einstellungen von lora, oder setze lora auf null, um alle Gewichte zu trainieren.`,
  'no-such-layer': ({ layer, known }) =>
    `lora.targetModules: Das Modell hat keine lineare Schicht „${layer}“. Es hat: ${known.join(', ')}.`,
  'no-provider': ({ provider, problem }) => `Die Recheneinheit ${provider} startet hier nicht (${problem}). ${remedies[provider]}`,
  'no-tensorflow': ({ packages }) =>
    `Das Backend tensorflow braucht ${packages.join(' oder ')}, und keines davon lässt sich auf diesem Rechner laden. Setze HEED_BACKEND=onnx.`,
  'no-memory': ({ program, inputs }) => `Der Speicher reicht nicht für das Programm ${program} mit ${inputs}.`,

  'no-such-round': 'Diese Runde gibt es nicht.',
  'round-ended': ({ number }) => `Runde ${number} ist schon zu Ende.`,
  'not-ready': 'Eine Runde kann noch nicht beginnen. Lade die Seite neu, um zu sehen, was fehlt.',
  'round-running': 'In diesem Projekt läuft schon eine Runde. Warte, bis sie endet, oder brich sie ab.',

  'disk-full': 'Die Festplatte ist voll: Die Datei konnte nicht gespeichert werden. Nichts wurde importiert.',
  'bad-lines': ({ rejectedCount }) =>
    `Nichts wurde importiert: ${rejectedCount === 1 ? '1 Zeile ist' : `${rejectedCount} Zeilen sind`} nicht zu lesen.`,
  'nothing-to-import': 'In der Datei steht nichts. Nötig ist ein Eintrag je Zeile, oder eine JSON-Liste.',
  'not-utf8': ({ lines }) => `Die Datei ist${lines > 0 ? ` nach Zeile ${lines}` : ''} kein UTF-8-Text. Nichts wurde daraus übernommen.`,
  'item-too-large': ({ line, millions }) =>
    `Der Eintrag in Zeile ${line} ist länger als ${millions} Millionen Zeichen. Nichts wurde aus der Datei übernommen.`,

  'no-such-person': 'Diese Person gibt es nicht.',
  'person-gone': 'Diese Person gibt es nicht, oder ihr Konto ist geschlossen.',
  'delete-oneself': 'Dich selbst kannst du nicht löschen. Ein anderer Admin kann es.',
  'round-trains-on-them': ({ number, project }) =>
    `Runde ${number} von ${project} trainiert auf ihren Antworten. Warte, bis sie endet, oder brich sie ab; anonymisieren geht jetzt.`,
  'only-admin': 'Das ist der einzige Admin. Mache erst jemand anderen zum Admin.',
  'has-account': ({ email }) => `${email} hat schon ein Konto. Anmelden genügt.`,
  'no-such-token': 'Diesen Token gibt es nicht, oder er ist schon widerrufen.',
  'unknown-link': 'Dieser Link ist nicht bekannt. Sieh nach, ob du ihn ganz kopiert hast, oder bitte um einen neuen.',
  'link-used': 'Dieser Link wurde schon benutzt. Warst du es, melde dich an.',
  'link-expired': ({ isSetup }) => `Dieser Link ist abgelaufen. ${newLink(isSetup)}`,
  'link-revoked': ({ isSetup }) => `Dieser Link wurde zurückgezogen. ${newLink(isSetup)}`,
  'set-up-already': 'Heed hat schon sein erstes Konto. Melde dich an, oder bitte einen Admin um eine Einladung.',
  'invitation-over': 'Diese Einladung wurde schon benutzt oder zurückgezogen.',
  'invitation-for-another': ({ email }) => `Diese Einladung gilt für ${email}. Nimm diese Adresse, oder bitte um eine andere Einladung.`,
};

const germanCodes: Record<string, string> = {
  unauthenticated: 'Melde dich erst an.',
  rate_limited: 'Das war zu schnell. Versuche es gleich noch einmal.',
  unavailable: 'Die Datenbank antwortet nicht. Nichts wurde gespeichert; versuche es gleich noch einmal.',
  internal: 'Auf dem Server ist etwas schiefgegangen. Es ist vermerkt.',
  too_large: 'Das ist zu lang für den Server.',
};

/** Undefined where it has none of the names. */
export const namedRefusal = (details: Record<string, unknown>): string | undefined => sentenceOf(german, details.reason, details);

/** `status`: where it came as a reply that says nothing. */
export function refusalInWords({ message, code, details, status = 500 }: Refused & { status?: number }, language: Language): string {
  if (language === 'en') return message || `The server refused this answer (${status}).`;
  return (
    namedRefusal(details) ??
    germanCodes[code] ??
    (message ? `Der Server hat das nicht angenommen: ${message}` : `Der Server hat diese Antwort abgelehnt (${status}).`)
  );
}
