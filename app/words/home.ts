import { counted, words } from './words';

/** Home: what to do next. */
export const homeWords = words(
  {
    title: 'What to do next',
    compare: {
      title: 'Compare responses',
      about: 'Two responses to one prompt: which is better, and by how much?',
      thing: 'pair',
      things: 'pairs',
    },
    comparesComing: 'The base model is answering the first prompts. Pairs appear here when it is done.',
    rank: { title: 'Rank responses', about: 'Several responses to one prompt: put them in order.', thing: 'ranking', things: 'rankings' },
    rate: {
      title: 'Rate responses',
      about: 'One response on its own: how good is it, and is it safe?',
      thing: 'rating',
      things: 'ratings',
    },
    demonstrate: { title: 'Write demonstrations', about: 'Write the response that you would want.', thing: 'prompt', things: 'prompts' },
    redTeam: { title: 'Make the model fail', about: 'Talk to it, find what it should not say, and say what it should have said.' },
    open: (count: string, thing: string, things: string) => `${counted(count, thing, things)} open`,
    you: (today: string, all: string) => `You: ${today} today, ${all} in all`,
    watchRound: (number: number) => `Watch round ${number}`,
    trainRound: 'Train a round',
    training: 'It is training now.',
    enough: (demonstrations: string, comparisons: string) =>
      `Enough labels: ${counted(demonstrations, 'demonstration', 'demonstrations')} and ${counted(comparisons, 'comparison', 'comparisons')}.`,
    moreDemonstrations: (count: string) => counted(count, 'more demonstration', 'more demonstrations'),
    moreComparisons: (count: string) => counted(count, 'more comparison', 'more comparisons'),
    needs: (what: string) => `Needs ${what} first.`,
    and: 'and',
    noProject: 'There is no project yet',
    makeProject: 'Make one from a model folder:',
  },
  {
    title: 'Was als Nächstes ansteht',
    compare: {
      title: 'Antworten vergleichen',
      about: 'Zwei Antworten auf einen Prompt: Welche ist besser, und um wie viel?',
      thing: 'Paar',
      things: 'Paare',
    },
    comparesComing: 'Das Basismodell beantwortet die ersten Prompts. Sobald es fertig ist, stehen hier Paare.',
    rank: {
      title: 'Antworten ordnen',
      about: 'Mehrere Antworten auf einen Prompt: Bringe sie in eine Rangfolge.',
      thing: 'Rangfolge',
      things: 'Rangfolgen',
    },
    rate: {
      title: 'Antworten bewerten',
      about: 'Eine Antwort für sich: Wie gut ist sie, und ist sie unbedenklich?',
      thing: 'Bewertung',
      things: 'Bewertungen',
    },
    demonstrate: {
      title: 'Antworten vormachen',
      about: 'Schreibe die Antwort, die du dir wünschen würdest.',
      thing: 'Prompt',
      things: 'Prompts',
    },
    redTeam: {
      title: 'Das Modell zum Scheitern bringen',
      about: 'Sprich mit ihm, finde, was es nicht sagen sollte, und schreibe, was es hätte sagen sollen.',
    },
    open: (count: string, thing: string, things: string) => `${counted(count, thing, things)} offen`,
    you: (today: string, all: string) => `Du: ${today} heute, ${all} insgesamt`,
    watchRound: (number: number) => `Runde ${number} ansehen`,
    trainRound: 'Eine Runde trainieren',
    training: 'Sie trainiert gerade.',
    enough: (demonstrations: string, comparisons: string) =>
      `Genug Daten: ${counted(demonstrations, 'Demonstration', 'Demonstrationen')} und ${counted(comparisons, 'Vergleich', 'Vergleiche')}.`,
    moreDemonstrations: (count: string) => counted(count, 'weitere Demonstration', 'weitere Demonstrationen'),
    moreComparisons: (count: string) => counted(count, 'weiteren Vergleich', 'weitere Vergleiche'),
    needs: (what: string) => `Braucht erst ${what}.`,
    and: 'und',
    noProject: 'Es gibt noch kein Projekt',
    makeProject: 'Lege eines aus einem Modellordner an:',
  },
);
