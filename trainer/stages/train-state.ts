/**
 * A job's parameters and moments between calls. Stages see flat vectors; a call takes and gives a tensor each, since splitting and joining
 * vectors inside of it would copy the whole state twice. The vectors are made when somebody reads them, most often not
 * after every call. Invariant: whichever form is asked for, it is the same numbers.
 */
import { pack, unpack, type Layout, type ParameterArrays } from '../model/parameters';
import type { OptimizerState } from '../optimizer/adamw';
import type { FloatArray } from '../runtime/nd-array';

export type TrainState = OptimizerState<FloatArray>;
type Tensors = OptimizerState<ParameterArrays>;
type Part = keyof TrainState;

const tensorsByState = new WeakMap<TrainState, Tensors>();

/** What a call gave, as a state. */
export function stateOf(layout: Layout, tensors: Tensors): TrainState {
  const own = { ...tensors };
  const vectors: Partial<TrainState> = {};
  const vector = (part: Part): FloatArray => {
    const made = vectors[part];
    if (made) return made;
    const flat = pack(layout, own[part]);
    // The tensors are now views into the vector: nothing is held twice.
    own[part] = unpack(layout, flat);
    return (vectors[part] = flat);
  };
  const state: TrainState = {
    get params() {
      return vector('params');
    },
    get m() {
      return vector('m');
    },
    get v() {
      return vector('v');
    },
  };
  tensorsByState.set(state, own);
  return state;
}

/** What the next call takes. */
export function tensorsOf(layout: Layout, state: TrainState): Tensors {
  const { params, m, v } = tensorsByState.get(state) ?? {
    params: unpack(layout, state.params),
    m: unpack(layout, state.m),
    v: unpack(layout, state.v),
  };
  return { params, m, v };
}
