/** A size, the name of a size that is known only at run time, or "?" where it has no name. */
export type SummaryDimension = number | string;

/** An input or an output of a model file. */
export interface TensorSummary {
  readonly name: string;
  /** Element type in lower case, such as float32, float16, uint8 or int64. */
  readonly type: string;
  readonly shape: readonly SummaryDimension[];
}
