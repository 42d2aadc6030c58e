/** The biases that say which key a query may look at. */
import * as tf from '@tensorflow/tfjs';

const MASKED = -1e9;

/** 0 where a query may look, −1e9 elsewhere: not ahead of itself, not at padding. @returns (B, 1, T, T) */
export function causalBias(isPad: tf.Tensor): tf.Tensor {
  const [B, T] = isPad.shape as [number, number];
  const ahead = new Float32Array(T * T);
  for (let q = 0; q < T; q++) for (let k = q + 1; k < T; k++) ahead[q * T + k] = MASKED;
  const pad = tf.reshape(tf.mul(tf.cast(isPad, 'float32'), MASKED), [B, 1, 1, T]);
  return tf.maximum(tf.add(tf.tensor4d(ahead, [1, 1, T, T]), pad), MASKED);
}

/**
 * The same for rows that hold several sequences: not ahead of itself, not outside of its own segment, and where `branches` part a
 * segment's end in two, not in the other branch.
 * @param segments int32 (B, T) @param branches int32 (B, T), 0 where a token goes before both
 * @returns bias (B, 1, T, T), and positions int32 (B, T) counted from the first token of each sequence,
 * 0 on padding, of which a row may hold more than a model has positions
 */
export function segmentBias(segments: tf.Tensor, branches?: tf.Tensor): { bias: tf.Tensor; positions: tf.Tensor } {
  const [B, T] = segments.shape as [number, number];
  const isBefore = new Uint8Array(T * T);
  for (let q = 0; q < T; q++) isBefore.fill(1, q * T, q * T + q + 1);
  const ofQueries = (x: tf.Tensor) => tf.reshape(x, [B, T, 1]);
  const ofKeys = (x: tf.Tensor) => tf.reshape(x, [B, 1, T]);
  let isSame: tf.Tensor = tf.equal(ofQueries(segments), ofKeys(segments));
  if (branches) {
    const isShared = tf.equal(ofKeys(branches), tf.scalar(0, 'int32'));
    isSame = tf.logicalAnd(isSame, tf.logicalOr(isShared, tf.equal(ofQueries(branches), ofKeys(branches))));
  }
  const isSeen = tf.cast(tf.logicalAnd(isSame, tf.tensor3d(isBefore, [1, T, T], 'bool')), 'float32');
  return {
    bias: tf.reshape(tf.mul(tf.sub(1, isSeen), MASKED), [B, 1, T, T]),
    // Of its own sequence a token sees itself and all before it: as many as its position, and one.
    positions: tf.cast(tf.mul(tf.sub(tf.sum(isSeen, 2), 1), tf.cast(tf.greater(segments, 0), 'float32')), 'int32'),
  };
}
