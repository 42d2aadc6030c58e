/** The two forms of a job's state are the same numbers, whichever is asked for and whatever was asked for before. */
import { expect, it } from 'vitest';
import { layoutOf, pack, type ParameterArrays } from '@/trainer/model/parameters';
import { float32 } from '@/trainer/runtime/nd-array';
import { stateOf, tensorsOf } from '@/trainer/stages/train-state';

const layout = layoutOf({ bias: [3], matrix: [2, 3] });
const tensors = (first: number): ParameterArrays => ({
  bias: float32([3], [first, first + 1, first + 2]),
  matrix: float32([2, 3], [first + 3, first + 4, first + 5, first + 6, first + 7, first + 8]),
});
const given = () => ({ params: tensors(0), m: tensors(10), v: tensors(20) });

it('gives back the tensors that it was made of, as long as nobody reads vectors', () => {
  const made = given();
  expect(tensorsOf(layout, stateOf(layout, made)).params.bias).toBe(made.params.bias);
});

it('makes vectors once, of which the tensors are then views', () => {
  const state = stateOf(layout, given());
  expect(state.params).toEqual(pack(layout, given().params));
  expect(state.params).toBe(state.params);
  const after = tensorsOf(layout, state);
  expect(after).toEqual(given());
  expect(after.params.bias!.data.buffer).toBe(state.params.data.buffer);
});

it('of vectors, and of a state whose parameters were put in the place of others', () => {
  const { params, m, v } = stateOf(layout, given());
  expect(tensorsOf(layout, { params, m, v })).toEqual(given());
  const other = { ...stateOf(layout, given()), params: pack(layout, tensors(50)) };
  expect(tensorsOf(layout, other)).toEqual({ ...given(), params: tensors(50) });
});
