import { z } from "zod";

/** What can run a network: onnxruntime's own names. Only `cpu` is everywhere. */
export const ExecutionProvider = z.enum(["cpu", "cuda", "coreml", "dml", "webgpu"]);
export type ExecutionProvider = z.output<typeof ExecutionProvider>;
