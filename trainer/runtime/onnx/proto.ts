/**
 * Writes ONNX models as protobuf bytes: only the fields that a traced graph needs.
 * Field numbers from onnx.proto3, IR version 10. Nothing here reads protobuf.
 */
import type { NdArray } from '../nd-array';

export type Dtype = 'float32' | 'int32' | 'bool' | 'int64';
const elementType: Record<Dtype, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };

export type Attribute = number | string | { float: number } | number[] | { graph: GraphProto };
export type NodeProto = { opType: string; domain: string; inputs: string[]; outputs: string[]; attributes: Record<string, Attribute> };
export type ValueInfo = { name: string; dtype: Dtype; shape: readonly number[] };
export type Initializer = { name: string; dtype: Dtype; shape: readonly number[]; data: NdArray['data'] | BigInt64Array };
export type GraphProto = { name: string; nodes: NodeProto[]; initializers: Initializer[]; inputs: ValueInfo[]; outputs: ValueInfo[] };

class Writer {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  private push(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.length += bytes.length;
  }
  private varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, value);
    do {
      const low = Number(rest & 127n);
      rest >>= 7n;
      bytes.push(rest === 0n ? low : low | 128);
    } while (rest !== 0n);
    this.push(Uint8Array.from(bytes));
  }
  int(field: number, value: number): this {
    this.varint(BigInt(field << 3));
    this.varint(BigInt(value));
    return this;
  }
  float(field: number, value: number): this {
    this.varint(BigInt((field << 3) | 5));
    this.push(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }
  bytes(field: number, value: Uint8Array): this {
    this.varint(BigInt((field << 3) | 2));
    this.varint(BigInt(value.length));
    this.push(value);
    return this;
  }
  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }
  message(field: number, value: Writer): this {
    return this.bytes(field, value.finish());
  }
  finish(): Uint8Array {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.chunks) {
      out.set(chunk, at);
      at += chunk.length;
    }
    return out;
  }
}

function attribute(name: string, value: Attribute): Writer {
  const w = new Writer().string(1, name);
  if (typeof value === 'number') return w.int(3, value).int(20, 2);
  if (typeof value === 'string') return w.string(4, value).int(20, 3);
  if (Array.isArray(value)) {
    for (const item of value) w.int(8, item);
    return w.int(20, 7);
  }
  if ('float' in value) return w.float(2, value.float).int(20, 1);
  return w.message(6, graph(value.graph)).int(20, 5);
}

function node(n: NodeProto): Writer {
  const w = new Writer();
  for (const input of n.inputs) w.string(1, input);
  for (const output of n.outputs) w.string(2, output);
  w.string(4, n.opType);
  for (const [name, value] of Object.entries(n.attributes)) w.message(5, attribute(name, value));
  if (n.domain) w.string(7, n.domain);
  return w;
}

function initializer(t: Initializer): Writer {
  const w = new Writer();
  for (const dim of t.shape) w.int(1, dim);
  return w
    .int(2, elementType[t.dtype])
    .string(8, t.name)
    .bytes(9, new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength));
}

function valueInfo(v: ValueInfo): Writer {
  const shape = new Writer();
  for (const dim of v.shape) shape.message(1, new Writer().int(1, dim));
  const tensorType = new Writer().int(1, elementType[v.dtype]).message(2, shape);
  return new Writer().string(1, v.name).message(2, new Writer().message(1, tensorType));
}

function graph(g: GraphProto): Writer {
  const w = new Writer();
  for (const n of g.nodes) w.message(1, node(n));
  w.string(2, g.name);
  for (const t of g.initializers) w.message(5, initializer(t));
  for (const v of g.inputs) w.message(11, valueInfo(v));
  for (const v of g.outputs) w.message(12, valueInfo(v));
  return w;
}

/** A complete ModelProto with the standard operator set 18 and ONNX Runtime's own `com.microsoft` set. */
export function encodeModel(g: GraphProto): Uint8Array {
  return new Writer()
    .int(1, 10)
    .string(2, 'heed')
    .message(7, graph(g))
    .message(8, new Writer().string(1, '').int(2, 18))
    .message(8, new Writer().string(1, 'com.microsoft').int(2, 1))
    .finish();
}
