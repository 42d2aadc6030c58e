/**
 * The operations for which composing TensorFlow.js ops is slow or not possible in a traced graph: each has a plain
 * composition (which the eager backends run, and against which it is tested), an ONNX form in few nodes, and a gradient
 * derived by hand.
 */
import * as tf from '@tensorflow/tfjs';
import { traceKernel, type Emit } from '../onnx/trace';

export type Attrs = Record<string, unknown>;
export type Tensors = Record<string, tf.Tensor>;

type Compose = (inputs: Tensors, attrs: Attrs) => tf.Tensor | tf.Tensor[];
/** Callable; `compose` is the plain composition, whose gradient TensorFlow.js derives. */
export type Op = { (inputs: Tensors, attrs?: Attrs): tf.Tensor[]; compose: Compose };

export function defineOp(op: {
  name: string;
  inputs: string[];
  /** Which outputs the gradient needs beside all inputs. */
  saved?: boolean[];
  compose: Compose;
  emit: Emit;
  /** `saved` holds the inputs by name and the saved outputs as `out0`, `out1` … */
  gradient?: (dy: tf.Tensor, saved: Tensors, attrs: Attrs) => Record<string, () => tf.Tensor>;
}): Op {
  const kernelName = `Heed${op.name}`;
  for (const backendName of ['cpu', 'tensorflow']) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => op.compose(inputs as Tensors, (attrs ?? {}) as Attrs),
    });
  }
  traceKernel(kernelName, op.emit);
  if (op.gradient) {
    tf.registerGradient({
      kernelName,
      inputsToSave: op.inputs,
      outputsToSave: op.saved,
      gradFunc: (dy, saved, attrs) => {
        const named = Object.fromEntries(saved.map((t, i) => [op.inputs[i] ?? `out${i - op.inputs.length}`, t]));
        return op.gradient!(Array.isArray(dy) ? dy[0]! : dy, named, attrs as Attrs);
      },
    });
  }
  const run = (inputs: Tensors, attrs: Attrs = {}) => {
    const out = tf.engine().runKernel(kernelName, inputs as unknown as tf.NamedTensorMap, attrs as tf.NamedAttrMap);
    return Array.isArray(out) ? out : [out];
  };
  return Object.assign(run, { compose: op.compose });
}
