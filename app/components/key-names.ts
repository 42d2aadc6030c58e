'use client';
/** Which key an action has for this person, by the key that it has by default. Where nobody has chosen, that one. */
import { createContext, useContext } from 'react';

export type KeyOf = (defaultKey: string) => string;

const KeyNamesContext = createContext<KeyOf>((defaultKey) => defaultKey);

export const KeyNamesProvider = KeyNamesContext.Provider;
export const useKeyNames = (): KeyOf => useContext(KeyNamesContext);
