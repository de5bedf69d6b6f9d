import process from "node:process";
import { createModelLibrary } from "../../detection/weights/model-library.ts";
import { toErrorRecord } from "../../errors.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
import { unreadableModel } from "../../onnx/unreadable-model.ts";
import { formatBytes } from "./byte-size.ts";
import { runOnce } from "./run-once.ts";
import type { TrialReply } from "./try-apart.ts";

/* The process in which try-apart.ts runs a model: its arguments are the models folder, the model's id, and how many seconds of
   computing and bytes of memory the run may take. Threads run the model, so that this one can watch them. */

const WATCH_MS = 25;

const [folder = "", id = "", seconds = "", bytes = ""] = process.argv.slice(2);

/** A thread within native code would keep an exit waiting for ever. */
function endAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}

function reply(message: TrialReply, then: () => void = () => undefined): void {
  process.send?.(message, then);
}

function watch(): void {
  const start = process.cpuUsage();
  const watching = setInterval(() => {
    const { user, system } = process.cpuUsage(start);
    const excess =
      (user + system) / 1e6 > Number(seconds)
        ? `${seconds} seconds of computing`
        : process.memoryUsage.rss() > Number(bytes)
          ? `${formatBytes(Number(bytes))} of memory`
          : null;
    if (excess === null) return;
    clearInterval(watching);
    const fact = `one run on a small picture took more than ${excess}, which no network of its size needs; choose another model`;
    reply({ ok: false, error: toErrorRecord(unreadableModel(id, fact)) }, endAtOnce);
  }, WATCH_MS);
  watching.unref();
}

async function tryModel(): Promise<TrialReply> {
  const pool = createInferencePool({ threads: 1 });
  try {
    const library = createModelLibrary(folder);
    const { manifest } = (await library.look()).findAny(id);
    return { ok: true, tried: await runOnce(manifest, library, pool) };
  } catch (error) {
    return { ok: false, error: toErrorRecord(error) };
  } finally {
    await pool.close();
  }
}

process.once("disconnect", endAtOnce);
watch();
reply(await tryModel(), () => process.disconnect());
