import { randomUUID } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { MaskloomError } from "../../src/errors.ts";
import type { RemoteProvider } from "../../src/inpainting/providers/provider-instance.ts";
import { selfSigned } from "../inpainting/providers/http/self-signed.ts";
import { boxMask, requestOf, testPicture } from "../inpainting/providers/inpaint-request.ts";
import { callOf, paintOnce } from "./inpainter.ts";

/* Everything that issue 7 wants to go wrong between us and a provider, once for each protocol. */

interface Outcome {
  /** The error's code; `done` where it comes to a picture all the same. */
  readonly code: RegExp;
  /** What its message says besides, so that a person knows what to do. */
  readonly says?: RegExp;
}

const OPEN = /^(CALL_OPEN|CALL_UNCERTAIN)$/;
/** What is paid for and of no use, or not known of, must not be made again by itself. */
const NOT_AGAIN = /^(CALL_OPEN|CALL_UNCERTAIN|OUTPUT_INVALID)$/;

/** By what goes wrong; `paid`: where the call costs money, if that makes a difference. */
const PROVIDER_FAULTS = {
  "its key is not taken": {
    free: { code: /^PROVIDER_REFUSED$/, says: /(401|invalidApiKey).*environment variable/ },
  },
  "its first byte is slow": { free: { code: /^done$/ } },
  "it hangs after it accepted": {
    free: { code: /^TIMED_OUT$/, says: /no answer within/ },
    paid: { code: OPEN },
  },
  "its answer breaks off in the middle": {
    free: { code: /^PROVIDER_UNAVAILABLE$/, says: /the connection broke/ },
    paid: { code: OPEN },
  },
  "the connection is lost after sending, before the answer": {
    free: { code: /^(PROVIDER_UNAVAILABLE|CALL_OPEN)$/, says: /the connection broke/ },
    paid: { code: OPEN },
  },
  "it answers twice": { free: { code: /^done$/ } },
  "it answers 429 with Retry-After": { free: { code: /^PROVIDER_UNAVAILABLE$/, says: /429|busy|rateLimit/ } },
  "it answers a storm of 500": { free: { code: /^PROVIDER_FAILED$/, says: /500|internalServerError/ } },
  "a web page answers instead": {
    free: { code: /^(PROVIDER_FAILED|CALL_OPEN)$/, says: /web page.*another program/ },
    paid: { code: NOT_AGAIN },
  },
  "its picture has another size": {
    free: { code: /^PROVIDER_FAILED$/, says: /expected a picture of \d+x\d+.* got/ },
    paid: { code: /^OUTPUT_INVALID$/, says: /expected a picture of \d+x\d+.* got/ },
  },
  "its picture has 100 MB": {
    free: { code: /^PROVIDER_FAILED$/, says: /at most \d+ bytes/ },
    paid: { code: NOT_AGAIN, says: /at most \d+ bytes/ },
  },
  "it redirects to a private address": {
    free: { code: /^PROVIDER_REFUSED$/, says: /redirects.* are not followed: set the provider's url/ },
  },
} as const satisfies Record<string, { readonly free: Outcome; readonly paid?: Outcome }>;

export type ProviderFault = keyof typeof PROVIDER_FAULTS;

interface FaultyPeer {
  readonly url: string;
  /** From now on this goes wrong; null: nothing any more. @param trap where redirects lead */
  break(fault: ProviderFault | null, trap: string): void;
  /** Call UUIDs of the pictures that it began, each as often as it did. */
  begun(): readonly string[];
  close(): Promise<void>;
}

export interface FaultyProtocol {
  /** It takes this key alone. */
  start(key: string): Promise<FaultyPeer>;
  open(entry: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>>): RemoteProvider;
  readonly kind: string;
  readonly model: string;
  /** Schemes of addresses. */
  readonly scheme: "http" | "ws";
  /** Whether a call costs, may cost, or both are to be seen. */
  readonly paid: readonly boolean[];
  /** Where this protocol knows better, or worse, than the table. */
  readonly otherwise?: Partial<Record<ProviderFault, Outcome>>;
  /** What cannot happen to it, and why. */
  readonly impossible?: Partial<Record<ProviderFault, string>>;
}

const KEY = "maler:ein-Wort-das-niemand-sehen-soll";
const ID = "faulty";
const TIMEOUT = { timeout: "60s" };
const SHORT = { timeout: "700ms" };

export function describeFaults(name: string, protocol: FaultyProtocol): void {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const open = (url: string, more: Readonly<Record<string, unknown>>) => {
    const { kind, model } = protocol;
    const entry = { id: ID, kind, url, keyFrom: "FAULTY_KEY", models: [model], ...more };
    const provider = protocol.open(entry, { FAULTY_KEY: KEY });
    closing.push(() => provider.close());
    const manifest = provider.findInpainter(model);
    if (manifest === null) throw new Error("the provider does not know its model");
    return provider.createInpainter(manifest);
  };
  const start = async () => {
    const peer = await protocol.start(KEY);
    closing.push(() => peer.close());
    return peer;
  };
  const trap = async () => {
    const reached: string[] = [];
    const server = createHttpServer((request, response) => {
      reached.push(request.url ?? "");
      response.end();
    });
    const url = await listen(server, "http", closing);
    return { url, reached };
  };

  describe(`${name}, where something goes wrong`, () => {
    const rows = (Object.keys(PROVIDER_FAULTS) as ProviderFault[]).filter(
      (fault) => protocol.impossible?.[fault] === undefined,
    );
    for (const paid of protocol.paid) {
      it.each(rows)(`${paid ? "for money" : "for nothing"}: %s`, async (fault) => {
        const peer = await start();
        const { url, reached } = await trap();
        const isEndless = /hangs|storm/.test(fault);
        const inpainter = open(peer.url, { paid, ...(isEndless ? SHORT : TIMEOUT) });
        const callUUID = randomUUID();
        peer.break(fault, url);
        const failure = await failureOf(paintOnce(inpainter, {}, undefined, callOf(callUUID)));
        expectOutcome(failure, protocol.otherwise?.[fault] ?? outcomeOf(fault, paid));
        if (fault.includes("Retry-After")) expect(failure).toMatchObject({ retryAfterSeconds: 7 });
        expect(reached).toEqual([]);
        peer.break(null, url);
        /* What may be under way is asked for; what is new is made: neither is in the way of the other. */
        const patient = open(peer.url, { paid, ...TIMEOUT });
        if (failure instanceof MaskloomError && failure.code === "CALL_OPEN") {
          const again = await failureOf(paintOnce(patient, {}, undefined, callOf(callUUID, true)));
          expectOutcome(again, { code: paid ? /^(done|CALL_UNCERTAIN)$/ : /^done$/ });
        }
        const begun = peer.begun().filter((one) => one === callUUID).length;
        if (paid) expect(begun).toBeLessThanOrEqual(1);
        const next = await paintOnce(patient, {}, undefined, callOf(randomUUID()));
        expect(next.inside).toBeGreaterThan(500);
      });
    }

    it("says that nobody is there", async () => {
      const gone = createServer();
      const url = await listen(gone, protocol.scheme, []);
      await new Promise((resolve) => gone.close(resolve));
      expectOutcome(await failureOf(paintOnce(open(url, TIMEOUT), {}, undefined, callOf(randomUUID()))), {
        code: /^PROVIDER_UNAVAILABLE$/,
        says: /ECONNREFUSED 127\.0\.0\.1/,
      });
    });

    it("tells no secret to a peer whose certificate nobody vouches for, and says what to do", async () => {
      const heard: string[] = [];
      const server = createTlsServer(selfSigned(), (request, response) => {
        heard.push(JSON.stringify(request.headers));
        response.end();
      });
      const url = await listen(server, `${protocol.scheme}s`, closing);
      expectOutcome(await failureOf(paintOnce(open(url, TIMEOUT), {}, undefined, callOf(randomUUID()))), {
        code: /^PROVIDER_UNAVAILABLE$/,
        says: /self-signed certificate.*NODE_EXTRA_CA_CERTS/,
      });
      expect(heard).toEqual([]);
    });

    it("says that what answers talks no TLS", async () => {
      const peer = await start();
      const url = peer.url.replace(/^(http|ws)/, "$1s");
      expectOutcome(await failureOf(paintOnce(open(url, TIMEOUT), {}, undefined, callOf(randomUUID()))), {
        code: /^PROVIDER_UNAVAILABLE$/,
        says: /does it speak TLS/,
      });
    });

    it("gives up on one that takes connections and never says a word", async () => {
      const silent = createServer((socket) => void socket.on("error", () => undefined));
      const url = await listen(silent, protocol.scheme, closing);
      const failure = await failureOf(paintOnce(open(url, SHORT), {}, undefined, callOf(randomUUID())));
      expectOutcome(failure, { code: /^(TIMED_OUT|PROVIDER_UNAVAILABLE|CALL_OPEN)$/, says: /within/ });
    });

    it("gives each of many at once its own answer, in whichever order they come", async () => {
      const peer = await start();
      const inpainter = open(peer.url, { ...TIMEOUT, concurrency: 4 });
      const sizes = [128, 192, 256, 320].map((width) => ({ width, height: 448 - width }));
      await Promise.all(
        sizes.map(async ({ width, height }) => {
          const image = testPicture(width, height);
          const mask = boxMask(width, height, { x0: 8, y0: 8, x1: 100, y1: 100 });
          const answer = await inpainter.inpaint({ ...requestOf(image, mask), call: callOf(randomUUID()) });
          const at = (20 * width + 20) * 3;
          expect([answer.image.width, answer.image.height]).toEqual([width, height]);
          expect(answer.image.data[at]).toBe(255 - (image.data[at] as number));
        }),
      );
    });
  });
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

function outcomeOf(fault: ProviderFault, paid: boolean): Outcome {
  const row: { readonly free: Outcome; readonly paid?: Outcome } = PROVIDER_FAULTS[fault];
  return paid ? (row.paid ?? row.free) : row.free;
}

function expectOutcome(failure: unknown, { code, says }: Outcome): void {
  if (failure === null) {
    expect("done").toMatch(code);
    return;
  }
  if (!(failure instanceof MaskloomError)) throw failure;
  const { code: got, message } = failure;
  expect({ got, message }).toMatchObject({ got: expect.stringMatching(code) });
  expect(message).toMatch(new RegExp(`^provider ${ID}\\b`));
  if (says !== undefined) expect(message).toMatch(says);
  const told = `${message} ${JSON.stringify(failure)} ${failure.stack}`;
  for (const secret of [KEY, Buffer.from(KEY).toString("base64"), "niemand-sehen"])
    expect(told).not.toContain(secret);
}

async function listen(server: Server, scheme: string, closing: (() => Promise<unknown>)[]): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `${scheme}://127.0.0.1:${port}`;
}
