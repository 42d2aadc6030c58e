/**
 * Control characters as pictures (U+2400 …): whoever judges a text must see all of it, and an invisible character can neither be judged
 * nor copied by mistake. Line breaks of every kind become "\n"; tabs stay.
 */
export const visibleText = (text: string): string =>
  text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    // eslint-disable-next-line no-control-regex
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/\x7f/g, '\u2421')
    .replace(/[\x80-\x9f]/g, '\ufffd');
