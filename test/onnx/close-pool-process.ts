import { createInferencePool } from "../../src/onnx/inference-pool.ts";
import { loadedAdding } from "./small-model.ts";

/* Runs a model in a thread and closes the pool; must then end without process.exit. */
const pool = createInferencePool({ threads: 2 });
const image = { type: "float32", dims: [1], data: Float32Array.of(1) } as const;
const { outputs } = await pool.run(loadedAdding(1), { image });
await pool.close();
process.stdout.write(`${outputs["result"]?.data[0]}\n`);
