/** A dense tensor in row-major order, as it goes into and comes out of a model. */
export type Tensor =
  | {
      readonly type: "float32";
      readonly dims: readonly number[];
      readonly data: Float32Array<ArrayBuffer>;
    }
  | { readonly type: "uint8"; readonly dims: readonly number[]; readonly data: Uint8Array<ArrayBuffer> };

export type Tensors = Readonly<Record<string, Tensor>>;
