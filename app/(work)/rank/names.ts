/** Responses are called by letters, in the order in which they were shown first. */
export const nameOf = (response: number): string => 'ABCDEFGHI'[response]!;
