/** Numbers on disk are numbers: neither read nor written are tensors that hold NaN or infinity. */
import { HeedError } from '@/lib/errors';
import { firstNotFinite } from '../math/finite';

/** Throws HeedError(invalid) naming the first tensor that holds NaN or infinity. @param where the file or folder, for the message */
export function assertFinite(
  tensors: Record<string, { data: Float32Array; shape: readonly number[] }>,
  where: string,
  remedy: string,
): void {
  const found = firstNotFinite(tensors);
  if (!found) return;
  const { name, index, value } = found;
  throw new HeedError('invalid', `${where}: tensor ${name} [${tensors[name]!.shape}] holds ${value} at position ${index}. ${remedy}`, {
    details: { tensor: name, index, value: String(value) },
  });
}
