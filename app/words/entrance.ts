import { words } from './words';

/** Sign-in, invitations, and the first account. */
export const entranceWords = words(
  {
    signIn: 'Sign in',
    signingIn: 'Signing in …',
    email: 'E-mail',
    password: 'Password',
    name: 'Name',
    passwordHelp: 'At least 10 characters.',
    continueWith: (provider: string) => `Continue with ${provider}`,
    noAccount: 'No account yet? Accounts are made by invitation: ask an admin for a link.',
    noAnswer: 'The server does not answer. Check the connection and try again.',
    failed: 'Signing in did not work. Please try again.',
    /** By the codes of next-auth and of our errors. */
    failures: {
      CredentialsSignin: 'E-mail or password is wrong.',
      NotInvited: 'Nobody with this e-mail address has been invited. Ask an admin for a link.',
      rate_limited: 'Too many failed sign-ins. Wait a quarter of an hour, then try again.',
      unavailable: 'The database does not answer. Try again in a moment.',
    },
    setUpTitle: 'Set up',
    invitationTitle: 'Invitation',
    brokenLink: 'This link does not work',
    toSignIn: 'To the sign-in',
    unknownLink: 'This link is not known. Check that you have copied all of it, or ask for a new one.',
    /** What became of the link; `isSetup`: the launcher made it. */
    used: () => 'This link has been used already. If it was you, sign in.',
    expired: (isSetup: boolean) => `This link has expired. ${isSetup ? 'Restart Heed to get a new one.' : 'Ask an admin for a new one.'}`,
    revoked: (isSetup: boolean) =>
      `This link has been withdrawn. ${isSetup ? 'Restart Heed to get a new one.' : 'Ask an admin for a new one.'}`,
    setUp: 'Set up Heed',
    invited: 'You are invited',
    firstAccount: 'This makes the first account. It is an admin: it can invite others and train rounds.',
    joinAs: {
      admin: 'Make an account to join as an admin.',
      reviewer: 'Make an account to join as a reviewer.',
      annotator: 'Make an account to join as an annotator.',
    },
    makeAccount: 'Make account',
  },
  {
    signIn: 'Anmelden',
    signingIn: 'Anmeldung läuft …',
    email: 'E-Mail',
    password: 'Passwort',
    name: 'Name',
    passwordHelp: 'Mindestens 10 Zeichen.',
    continueWith: (provider: string) => `Weiter mit ${provider}`,
    noAccount: 'Noch kein Konto? Konten gibt es auf Einladung: Bitte einen Admin um einen Link.',
    noAnswer: 'Der Server antwortet nicht. Prüfe die Verbindung und versuche es noch einmal.',
    failed: 'Die Anmeldung hat nicht geklappt. Bitte versuche es noch einmal.',
    failures: {
      CredentialsSignin: 'E-Mail oder Passwort ist falsch.',
      NotInvited: 'Unter dieser E-Mail-Adresse wurde niemand eingeladen. Bitte einen Admin um einen Link.',
      rate_limited: 'Zu viele fehlgeschlagene Anmeldungen. Warte eine Viertelstunde und versuche es dann noch einmal.',
      unavailable: 'Die Datenbank antwortet nicht. Versuche es gleich noch einmal.',
    },
    setUpTitle: 'Einrichten',
    invitationTitle: 'Einladung',
    brokenLink: 'Dieser Link geht nicht',
    toSignIn: 'Zur Anmeldung',
    unknownLink: 'Dieser Link ist unbekannt. Prüfe, ob du ihn ganz kopiert hast, oder bitte um einen neuen.',
    used: () => 'Dieser Link wurde schon benutzt. Wenn du es warst, melde dich an.',
    expired: (isSetup: boolean) =>
      `Dieser Link ist abgelaufen. ${isSetup ? 'Starte Heed neu, um einen neuen zu bekommen.' : 'Bitte einen Admin um einen neuen.'}`,
    revoked: (isSetup: boolean) =>
      `Dieser Link wurde zurückgezogen. ${isSetup ? 'Starte Heed neu, um einen neuen zu bekommen.' : 'Bitte einen Admin um einen neuen.'}`,
    setUp: 'Heed einrichten',
    invited: 'Du bist eingeladen',
    firstAccount: 'Das wird das erste Konto. Es gehört einem Admin: Er kann andere einladen und Runden trainieren.',
    joinAs: {
      admin: 'Lege ein Konto an, um als Admin mitzumachen.',
      reviewer: 'Lege ein Konto an, um als Prüfer/in mitzumachen.',
      annotator: 'Lege ein Konto an, um als Annotator/in mitzumachen.',
    },
    makeAccount: 'Konto anlegen',
  },
);
