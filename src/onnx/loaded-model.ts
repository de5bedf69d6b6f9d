/**
 * An ONNX model in memory that all threads share: handing it to a thread copies nothing.
 * The key stands for the content, so that a thread recognises the session it already has.
 */
export interface LoadedModel {
  /** Shown in errors. */
  readonly name: string;
  readonly key: string;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

export function createLoadedModel(name: string, key: string, onnx: Uint8Array): LoadedModel {
  const bytes = new Uint8Array(new SharedArrayBuffer(onnx.length));
  bytes.set(onnx);
  return { name, key, bytes };
}
