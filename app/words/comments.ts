import { words } from './words';

/** What reviewers note for each other. */
export const commentWords = words(
  {
    title: 'Comments of reviewers',
    about: 'For reviewers and admins only: annotators do not see them.',
    yours: 'Your comment',
    add: 'Add the comment',
    remove: 'Remove',
    removeTitle: 'Remove your comment?',
    removeAbout: 'It is gone for good.',
    toAdd: 'Comment on the prompt’s page',
  },
  {
    title: 'Kommentare der Prüfer',
    about: 'Nur für Prüfer und Admins: Annotatoren sehen sie nicht.',
    yours: 'Dein Kommentar',
    add: 'Kommentar hinzufügen',
    remove: 'Entfernen',
    removeTitle: 'Deinen Kommentar entfernen?',
    removeAbout: 'Er ist dann für immer weg.',
    toAdd: 'Auf der Seite des Prompts kommentieren',
  },
);
