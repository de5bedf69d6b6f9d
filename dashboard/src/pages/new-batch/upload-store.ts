import type { StoredPictures } from "../../../../src/contracts/batches.ts";

/* Pictures on their way to the server, apart from React and the network, so that how they go can be tested. */

type Stored = Extract<StoredPictures["pictures"][number], { readonly image: unknown }>;

export interface UploadItem {
  /** Name of the picture in the batch, with its folders where one was dropped. */
  readonly name: string;
  readonly file: File;
  readonly state:
    | { readonly kind: "waiting" }
    | { readonly kind: "sending" /** 0 to 1 */; readonly share: number }
    | { readonly kind: "stored"; readonly image: Stored["image"] }
    | {
        readonly kind: "failed";
        readonly message: string /** Whether sending it again may help. */;
        readonly isPassing: boolean;
      };
}

export interface Uploads {
  add(files: readonly { readonly name: string; readonly file: File }[]): void;
  remove(name: string): void;
  /** Sends again what did not arrive. */
  retry(): void;
  clear(): void;
  close(): void;
  subscribe(listener: () => void): () => void;
  read(): readonly UploadItem[];
}

type Send = (
  files: readonly File[],
  onSent: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<StoredPictures["pictures"]>;

/** A form of a few pictures can be sent again when it breaks off, and says soon that it arrived. */
const FORM_FILES = 12;
const FORM_BYTES = 24 * 1024 * 1024;
const FORMS_AT_ONCE = 2;

export function createUploads(send: Send): Uploads {
  let items: readonly UploadItem[] = [];
  let sending = 0;
  const listeners = new Set<() => void>();
  let stop = new AbortController();

  const set = (next: readonly UploadItem[]) => {
    items = next;
    for (const tell of listeners) tell();
  };
  const change = (names: ReadonlySet<string>, state: (item: UploadItem) => UploadItem["state"]) =>
    set(items.map((item) => (names.has(item.name) ? { ...item, state: state(item) } : item)));

  const sendForm = async (form: readonly UploadItem[]) => {
    const names = new Set(form.map(({ name }) => name));
    const { signal } = stop;
    change(names, () => ({ kind: "sending", share: 0 }));
    try {
      const files = form.map(({ file }) => file);
      const stored = await send(
        files,
        (bytes) => change(names, (item) => sharing(form, item, bytes)),
        signal,
      );
      const byName = new Map(form.map(({ name }, at) => [name, stored[at]]));
      change(names, ({ name }) => endOf(byName.get(name)));
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      change(names, () => ({ kind: "failed", message, isPassing: true }));
    } finally {
      if (!signal.aborted) {
        sending -= 1;
        pump();
      }
    }
  };
  const pump = () => {
    while (sending < FORMS_AT_ONCE) {
      const form = nextForm(items);
      if (form.length === 0) return;
      sending += 1;
      void sendForm(form);
    }
  };
  return {
    read: () => items,
    add(files) {
      const known = new Set(items.map(({ name }) => name));
      const fresh = files.filter(({ name }) => !known.has(name) && known.add(name));
      set([
        ...items,
        ...fresh.map(({ name, file }) => ({ name, file, state: { kind: "waiting" } as const })),
      ]);
      pump();
    },
    remove: (name) => set(items.filter((item) => item.name !== name)),
    retry() {
      const again = items.flatMap(({ name, state }) =>
        state.kind === "failed" && state.isPassing ? [name] : [],
      );
      change(new Set(again), () => ({ kind: "waiting" }));
      pump();
    },
    clear() {
      stop.abort();
      stop = new AbortController();
      sending = 0;
      set([]);
    },
    close: () => stop.abort(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function nextForm(items: readonly UploadItem[]): readonly UploadItem[] {
  const form: UploadItem[] = [];
  let bytes = 0;
  for (const item of items) {
    if (item.state.kind !== "waiting") continue;
    if (form.length > 0 && (form.length === FORM_FILES || bytes + item.file.size > FORM_BYTES)) break;
    form.push(item);
    bytes += item.file.size;
  }
  return form;
}

/** Files of a form go one after the other, so what was sent of it is what was sent of the first ones. */
function sharing(form: readonly UploadItem[], item: UploadItem, bytes: number): UploadItem["state"] {
  const at = form.findIndex(({ name }) => name === item.name);
  const before = form.slice(0, at).reduce((sum, { file }) => sum + file.size, 0);
  const share = Math.min(1, Math.max(0, (bytes - before) / Math.max(1, item.file.size)));
  return { kind: "sending", share };
}

function endOf(stored: StoredPictures["pictures"][number] | undefined): UploadItem["state"] {
  if (stored === undefined)
    return { kind: "failed", message: "the server does not say what became of it", isPassing: true };
  if ("image" in stored) return { kind: "stored", image: stored.image };
  return { kind: "failed", message: stored.error.message, isPassing: false };
}
