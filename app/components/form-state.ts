'use client';
/** What the server answered to the form around a field. */
import { createContext, useContext } from 'react';
import type { FormState } from '@/lib/auth/form-state';

const FormStateContext = createContext<FormState | null>(null);

export const FormStateProvider = FormStateContext.Provider;
export const useFormState = (): FormState | null => useContext(FormStateContext);
