import { describe, expect, it } from "vitest";
import type { GenerationParameters } from "../../src/contracts/tasks.ts";
import { MaskloomError } from "../../src/errors.ts";
import type { Image } from "../../src/image/raster.ts";
import type { InpaintAnswer, Inpainter, InpaintRequest } from "../../src/inpainting/inpainter.ts";
import { inpaintImage } from "../../src/inpainting/zoom.ts";
import { boxMask, testPicture } from "../inpainting/providers/inpaint-request.ts";

interface InpainterSubject {
  readonly inpainter: Inpainter;
  close(): Promise<void>;
}

/** One on another machine, and how that machine is made to misbehave. */
interface RemoteSubject extends InpainterSubject {
  /** Whether a picture is under way there. */
  isBusy(): boolean;
  /** Pictures are not finished any more. */
  hold(): void;
  /** Whether it was told to stop what was under way. */
  wasStopped(): boolean;
  /** From now on every picture ends so. */
  fail(how: RemoteFailure): void;
  /** Call UUIDs of the pictures that it began. */
  calls(): readonly string[];
}

interface OpenOptions {
  /** For one call. */
  readonly timeoutMs?: number;
}

type Open<Subject> = (options: OpenOptions) => Promise<Subject>;

export type RemoteFailure = keyof typeof FAILURES;

/** What a workflow's `retries: { on }` and the ledger go by. */
const FAILURES = {
  unauthorized: "PROVIDER_REFUSED",
  invalid: "PROVIDER_REFUSED",
  broken: "PROVIDER_FAILED",
  overloaded: "PROVIDER_UNAVAILABLE",
  /** One that can be asked for a call later is asked; another is called anew. */
  gone: /^(PROVIDER_UNAVAILABLE|CALL_OPEN)$/,
  /** The same: whether a request came through to what stands behind a page is not known. */
  webPage: /^(PROVIDER_FAILED|CALL_OPEN)$/,
  wrongSize: "PROVIDER_FAILED",
  noPicture: "PROVIDER_FAILED",
  endless: "PROVIDER_FAILED",
  redirect: "PROVIDER_REFUSED",
} as const;

const PHOTO: Image = {
  width: 120,
  height: 96,
  channels: 3,
  depth: 8,
  data: Uint8Array.from(testPicture(120, 96).data),
};
const MASK = boxMask(120, 96, { x0: 40, y0: 30, x1: 72, y1: 60 });

export interface Painted {
  readonly request: InpaintRequest;
  readonly answer: InpaintAnswer;
  readonly outside: number;
  readonly inside: number;
}

/** One region of one picture, with our zoom around the inpainter, as a task does it. */
export async function paintOnce(
  { manifest, inpaint }: Inpainter,
  parameters: GenerationParameters = {},
  signal: AbortSignal = new AbortController().signal,
  call?: InpaintRequest["call"],
): Promise<Painted> {
  const seen: { request: InpaintRequest; answer: InpaintAnswer }[] = [];
  const { pixelsChangedOutside, pixelsChangedInside } = await inpaintImage({
    image: PHOTO,
    mask: MASK,
    zoom: { maskMargin: 32, outputScale: 1, skipIfLarger: false },
    parameters,
    capabilities: manifest.capabilities,
    signal,
    async inpaint(request) {
      const whole = call === undefined ? request : { ...request, call };
      const answer = await inpaint(whole);
      seen.push({ request: whole, answer });
      return answer;
    },
  });
  const [first] = seen;
  if (first === undefined) throw new Error("the inpainter was not asked");
  return { ...first, outside: pixelsChangedOutside, inside: pixelsChangedInside };
}

export const callOf = (callUUID: string, resumes = false): NonNullable<InpaintRequest["call"]> => ({
  callUUID,
  resumes,
  onProgress: () => undefined,
});

const CALL = "0b8e6f0e-9d5b-4b60-8a3f-111111111111";
const untilTrue = (isTrue: () => boolean) => expect.poll(isTrue, { timeout: 10_000, interval: 5 }).toBe(true);

/** Every inpainter passes this, wherever it is. */
export function describeInpainter(name: string, open: Open<InpainterSubject>): void {
  const using = usingOf(open);
  describe(`the inpainter ${name}`, () => {
    it("changes what is masked, leaves the rest to us, and keeps the crop's size", () =>
      using(async ({ inpainter }) => {
        const { request, answer, outside, inside } = await paintOnce(inpainter);
        expect(outside).toBe(0);
        expect(inside).toBeGreaterThan(500);
        expect(meanChange(request, answer)).toBeGreaterThan(1);
        expect([answer.image.width, answer.image.height]).toEqual([
          request.image.width,
          request.image.height,
        ]);
        const { multipleOf, maxSide } = inpainter.manifest.capabilities.hard;
        expect([request.image.width % multipleOf, request.image.height % multipleOf]).toEqual([0, 0]);
        expect(Math.max(request.image.width, request.image.height)).toBeLessThanOrEqual(maxSide);
      }));

    it("gives equal requests equal answers, and tells the seed", () =>
      using(async ({ inpainter }) => {
        const seeded = inpainter.manifest.capabilities.soft.includes("seed");
        const parameters = seeded ? { seed: 4_000_000_123 } : {};
        const first = await paintOnce(inpainter, parameters);
        const second = await paintOnce(inpainter, parameters);
        expect(first.answer.image.data.every((value, at) => value === second.answer.image.data[at])).toBe(
          true,
        );
        expect(first.answer.seed).toBe(seeded ? 4_000_000_123 : undefined);
        if (seeded) expect((await paintOnce(inpainter)).answer.seed).toBeTypeOf("number");
      }));

    it("leaves the request alone", () =>
      using(async ({ inpainter }) => {
        const { request } = await paintOnce(inpainter);
        const again = await paintOnce(inpainter);
        expect(Buffer.compare(bytesOf(request.image.data), bytesOf(again.request.image.data))).toBe(0);
        expect(Buffer.compare(request.mask.data, again.request.mask.data)).toBe(0);
      }));

    it("does nothing for a caller who has gone already", () =>
      using(async ({ inpainter }) => {
        await expect(paintOnce(inpainter, {}, AbortSignal.abort())).rejects.toMatchObject({
          code: "CANCELLED",
        });
      }));
  });
}

/** What a caller on this machine does wrong, and what the inpainter itself does: no call is spoken of. */
interface LocalSubject extends InpainterSubject {
  /** Settings that it has no such of; null where it takes none at all. */
  readonly wrongSettings: GenerationParameters["settings"] | null;
}

/** And this, every one on this machine: what the suite for those elsewhere asks, as far as it can come about here. */
export function describeLocalInpainter(
  name: string,
  open: Open<LocalSubject>,
  openBroken: Open<InpainterSubject> | null,
): void {
  describeInpainter(name, open);
  const using = usingOf(open);
  describe(`the inpainter ${name}, on this machine`, () => {
    it.each([
      ["is cancelled", () => new MaskloomError("CANCELLED", "nobody waits"), /^CANCELLED$/],
      /* Whose time it was, and that it is up, is said by whoever set it. */
      ["has no more time", () => new MaskloomError("TIMED_OUT", "its time is up"), /^(CANCELLED|TIMED_OUT)$/],
    ])("gives no picture to a caller who %s while it paints", (_, reasonOf, code) =>
      using(async ({ inpainter }) => {
        const leaving = new AbortController();
        const { manifest, inpaint } = inpainter;
        const painting = paintOnce(
          {
            manifest,
            inpaint: (request) => {
              const answer = inpaint(request);
              leaving.abort(reasonOf());
              return answer;
            },
          },
          {},
          leaving.signal,
        );
        await expect(painting).rejects.toMatchObject({ code: expect.stringMatching(code) });
        /* And is ready for the next one. */
        expect((await paintOnce(inpainter)).outside).toBe(0);
      }),
    );

    it("refuses settings that it does not know, before it paints", () =>
      using(async ({ inpainter, wrongSettings }) => {
        if (wrongSettings === null) {
          expect(inpainter.manifest.capabilities.soft).not.toContain("settings");
          return;
        }
        await expect(paintOnce(inpainter, { settings: wrongSettings })).rejects.toMatchObject({
          code: "INPUT_INVALID",
        });
      }));

    it("costs nothing, and is no call of anybody's", () =>
      using(async ({ inpainter }) => {
        expect(inpainter.manifest.capabilities.paid).toBe(false);
        const { answer } = await paintOnce(inpainter);
        expect([answer.cost ?? 0, answer.callUUID, answer.providerId]).toEqual([0, undefined, undefined]);
      }));

    if (openBroken === null) return;
    it("says of weights that are none that the model cannot be read", () =>
      usingOf(openBroken)(async ({ inpainter }) => {
        await expect(paintOnce(inpainter)).rejects.toMatchObject({ code: "MODEL_UNREADABLE" });
      }));
  });
}

/** Opens a subject for one test, and closes it whatever comes. */
function usingOf<Subject extends InpainterSubject>(open: Open<Subject>) {
  return async (use: (subject: Subject) => Promise<void>, options: OpenOptions = {}): Promise<void> => {
    const subject = await open(options);
    try {
      await use(subject);
    } finally {
      await subject.close();
    }
  };
}

/** And this, every one on another machine. */
export function describeRemoteInpainter(name: string, open: Open<RemoteSubject>): void {
  describeInpainter(name, open);
  describe(`the inpainter ${name}, elsewhere`, () => describeElsewhere(usingOf(open)));
}

function describeElsewhere(using: ReturnType<typeof usingOf<RemoteSubject>>): void {
  it("stops there what nobody waits for any more, at once", () =>
    using(async ({ inpainter, ...remote }) => {
      remote.hold();
      const leaving = new AbortController();
      const painting = paintOnce(inpainter, {}, leaving.signal, callOf(CALL));
      painting.catch(() => undefined);
      await untilTrue(() => remote.isBusy());
      leaving.abort();
      await expect(painting).rejects.toMatchObject({ code: "CANCELLED" });
      await untilTrue(() => remote.wasStopped());
    }));

  it("gives up after its time, and says what became of the call", () =>
    using(
      async ({ inpainter, ...remote }) => {
        remote.hold();
        const { paid } = inpainter.manifest.capabilities;
        await expect(paintOnce(inpainter, {}, undefined, callOf(CALL))).rejects.toMatchObject({
          code: paid ? expect.stringMatching(/^CALL_(OPEN|UNCERTAIN)$/) : "TIMED_OUT",
        });
        await untilTrue(() => remote.wasStopped());
      },
      { timeoutMs: 2_000 },
    ));

  it.each(Object.entries(FAILURES))("says of a provider that is %s: %s", (how, code) =>
    using(async ({ inpainter, ...remote }) => {
      remote.fail(how as RemoteFailure);
      const failed = await paintOnce(inpainter, {}, undefined, callOf(CALL)).then(
        () => null,
        (error: unknown) => error,
      );
      expect(failed).toBeInstanceOf(MaskloomError);
      expect(failed).toMatchObject({ code: expect.stringMatching(code) });
    }),
  );

  it("tells what it cost, and is known there by our UUID", () =>
    using(async ({ inpainter, ...remote }) => {
      const { answer } = await paintOnce(inpainter, {}, undefined, callOf(CALL));
      if (!inpainter.manifest.capabilities.paid) expect(answer.cost).toBe(0);
      else if (answer.cost !== undefined) expect(answer.cost).toBeGreaterThanOrEqual(0);
      expect(remote.calls()).toContain(CALL);
    }));
}

/** Levels by which the answer differs from the crop where it was to be repainted, in the mean. */
function meanChange({ image, mask }: InpaintRequest, answer: InpaintAnswer): number {
  const { width, height, data } = answer.image;
  if (width !== image.width || height !== image.height) return Number.NaN;
  const masked = [...mask.data.keys()].filter((pixel) => mask.data[pixel] === 255);
  const changes = masked.map((pixel) =>
    Math.abs((data[pixel * 3] as number) - (image.data[pixel * 3] as number)),
  );
  return changes.reduce((sum, change) => sum + change, 0) / masked.length;
}

const bytesOf = (data: Float32Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
