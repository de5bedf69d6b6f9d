import { expect, it, vi } from "vitest";
import { createUploads } from "../../../../dashboard/src/pages/new-batch/upload-store.ts";
import { newArtifactUUID } from "../../../../src/contracts/ids.ts";

type Send = Parameters<typeof createUploads>[0];
type Stored = Awaited<ReturnType<Send>>;

const file = (name: string, bytes = 10) => ({ name, file: new File([new Uint8Array(bytes)], name) });
const many = (count: number) => Array.from({ length: count }, (_, at) => file(`${at}.png`));
const storing = (files: readonly File[]): Stored =>
  files.map(({ name }) => ({ file: name, image: newArtifactUUID() }));

/** A server whose answers come when the test says. */
function fakeServer() {
  const forms: {
    readonly names: readonly string[];
    readonly sent: (bytes: number) => void;
    readonly signal: AbortSignal;
    readonly answer: (stored?: Stored) => void;
    readonly refuse: (message: string) => void;
  }[] = [];
  const send: Send = (files, sent, signal) =>
    new Promise((resolve, reject) => {
      forms.push({
        names: files.map(({ name }) => name),
        sent,
        signal,
        answer: (stored = storing(files)) => resolve(stored),
        refuse: (message) => reject(new Error(message)),
      });
    });
  return { forms, send };
}

const kinds = (items: ReturnType<ReturnType<typeof createUploads>["read"]>) =>
  items.map(({ state }) => state.kind);

it("sends a few at a time in two forms, and the rest when one has arrived", async () => {
  const { forms, send } = fakeServer();
  const uploads = createUploads(send);
  uploads.add(many(40));
  expect(forms.map(({ names }) => names.length)).toEqual([12, 12]);
  forms[0]?.answer();
  await vi.waitFor(() => expect(forms.length).toBe(3));
  expect(kinds(uploads.read()).filter((kind) => kind === "stored").length).toBe(12);
  forms[1]?.answer();
  await vi.waitFor(() => expect(forms.length).toBe(4));
  expect(new Set(forms.flatMap(({ names }) => names)).size).toBe(40);
});

it("sends a large picture in a form of its own", () => {
  const { forms, send } = fakeServer();
  createUploads(send).add([file("large.png", 20 * 1024 * 1024), file("other.png", 20 * 1024 * 1024)]);
  expect(forms.map(({ names }) => names)).toEqual([["large.png"], ["other.png"]]);
});

it("says of each picture how much of it is on its way", () => {
  const { forms, send } = fakeServer();
  const uploads = createUploads(send);
  uploads.add([file("a.png", 100), file("b.png", 100), file("c.png", 100)]);
  forms[0]?.sent(150);
  expect(uploads.read().map(({ state }) => (state.kind === "sending" ? state.share : null))).toEqual([
    1, 0.5, 0,
  ]);
});

it("keeps what the server cannot use apart from what did not arrive, and sends only that again", async () => {
  const { forms, send } = fakeServer();
  const uploads = createUploads(send);
  uploads.add([file("good.png"), file("bad.png")]);
  const error = { code: "IMAGE_UNREADABLE", message: "bad.png: no picture" };
  forms[0]?.answer([
    { file: "good.png", image: newArtifactUUID() },
    { file: "bad.png", error },
  ]);
  await vi.waitFor(() => expect(kinds(uploads.read())).toEqual(["stored", "failed"]));
  uploads.add([file("lost.png"), file("good.png")]);
  expect(forms[1]?.names).toEqual(["lost.png"]);
  forms[1]?.refuse("the server does not answer");
  await vi.waitFor(() => expect(kinds(uploads.read())).toEqual(["stored", "failed", "failed"]));
  uploads.retry();
  expect(forms.slice(2).map(({ names }) => names)).toEqual([["lost.png"]]);
});

it("ends what is on its way when all is taken away, and begins anew", async () => {
  const { forms, send } = fakeServer();
  const uploads = createUploads(send);
  uploads.add(many(3));
  uploads.clear();
  expect(forms[0]?.signal.aborted).toBe(true);
  expect(uploads.read()).toEqual([]);
  uploads.add(many(1));
  forms[1]?.answer();
  await vi.waitFor(() => expect(kinds(uploads.read())).toEqual(["stored"]));
});
