import pLimit from "p-limit";
import { expect } from "vitest";
import { isRunning } from "../../src/store/is-running.ts";
import { createDice } from "../integration/chaos-dice.ts";
import { type Installation, until } from "../integration/cli-installation.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { badPictures } from "./bad-pictures.ts";
import { badRequests } from "./bad-requests.ts";
import { printFigures } from "./figures.ts";
import { sendPicture, sendRequest } from "./send-bad-input.ts";

export interface BadInputPlan {
  readonly installation: Installation;
  /** Of each kind. */
  readonly count: number;
  readonly seed: number;
  /** An answer that takes longer hangs. */
  readonly patienceMs: number;
}

const AT_ONCE = 4;

/** A server, in a process of its own so that its crash is seen, is sent nothing but damage. */
export async function badInput({ installation, count, seed, patienceMs }: BadInputPlan): Promise<void> {
  const home = await makeTemporaryHome();
  const env = { LOG_LEVEL: "error", MASKLOOM_MAX_INPUT_PIXELS: "4000000" };
  const server = installation.start(["server", "--port", "0"], { home, env });
  try {
    await until(() => server.stdout().includes("\n") || !isRunning(server.pid));
    const url = /http\S+/.exec(server.stdout())?.[0] ?? "";
    const dice = createDice(seed);
    const nextPicture = await badPictures(dice);
    const nextRequest = await badRequests(dice);
    const pictures = await sendAll(count, patienceMs, nextPicture, (one, signal) =>
      sendPicture(url, one, signal),
    );
    const requests = await sendAll(count, patienceMs, nextRequest, (one, signal) =>
      sendRequest(url, one, signal),
    );
    for (const [what, { codes, slowestMs, wrong }] of Object.entries({ pictures, requests })) {
      printFigures(`Damaged ${what}`, {
        seed,
        sent: count,
        ...codes,
        "slowest, ms": Math.round(slowestMs),
        "not answered well": wrong.length,
      });
    }
    const log = server.stderr().split("\n").slice(0, 20).join("\n");
    expect(isRunning(server.pid), log).toBe(true);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect([...pictures.wrong, ...requests.wrong].slice(0, 20), log).toEqual([]);
    server.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
  } finally {
    server.kill("SIGKILL");
    await server.ended;
    await removeTemporaryHome(home);
  }
}

interface Answers {
  readonly codes: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** What was not answered, or not as it should have been. */
  readonly wrong: readonly string[];
}

async function sendAll<T>(
  count: number,
  patienceMs: number,
  next: () => T,
  send: (one: T, signal: AbortSignal) => Promise<string | null>,
): Promise<Answers> {
  const codes: Record<string, number> = {};
  const wrong: string[] = [];
  let slowestMs = 0;
  const limit = pLimit(AT_ONCE);
  /* Made one after the other, whenever they are sent, so that a seed makes the same ones again. */
  const all = Array.from({ length: count }, next);
  const sending = all.map((one, at) =>
    limit(async () => {
      const began = performance.now();
      const code = await send(one, AbortSignal.timeout(patienceMs)).catch((error: unknown) => String(error));
      slowestMs = Math.max(slowestMs, performance.now() - began);
      const isAnswered = code !== null && /^\w+$/.test(code);
      if (isAnswered) codes[code] = (codes[code] ?? 0) + 1;
      else wrong.push(`${at}: ${code}: ${describe(one)}`);
    }),
  );
  await Promise.all(sending);
  return { codes, slowestMs, wrong };
}

/** Enough to know it by. */
function describe(one: unknown): string {
  const text = JSON.stringify(one, (_key, value: unknown) =>
    isBuffer(value) ? Buffer.from(value.data).toString("latin1").slice(0, 300) : value,
  );
  return text.slice(0, 500);
}

const isBuffer = (value: unknown): value is { readonly data: number[] } =>
  typeof value === "object" && value !== null && "type" in value && value.type === "Buffer";
