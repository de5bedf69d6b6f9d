/** A size, the name of a size that is known only at run time, or "?" where it has no name. */
export type SummaryDimension = number | string;

/** An input or an output of a model file. */
export interface TensorSummary {
  readonly name: string;
  /** Element type in lower case, such as float32, float16, uint8 or int64. */
  readonly type: string;
  readonly shape: readonly SummaryDimension[];
}

/** What a model file says of itself. */
export interface ModelSummary {
  readonly format: "tflite" | "onnx";
  /** Size of the file. */
  readonly bytes: number;
  /** Version of the format: a TFLite schema, or the ONNX operator set (null where the file names none). */
  readonly version: number | null;
  /** Who wrote the file; empty where it does not say. */
  readonly producer: string;
  readonly inputs: readonly TensorSummary[];
  readonly outputs: readonly TensorSummary[];
  /** How often each operator occurs, the most frequent first. */
  readonly operators: readonly { readonly name: string; readonly count: number }[];
  /** Operators that Maskloom's importer cannot convert; none for an ONNX file, which is not converted. */
  readonly unsupported: readonly string[];
  /** Texts that the file carries along. */
  readonly metadata: Readonly<Record<string, string>>;
}
