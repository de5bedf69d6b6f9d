import type { z } from "zod";
import type { ProviderSettings } from "../../../config/provider-settings.ts";
import { createProviderHttp, type ProviderHttp } from "../http/provider-http.ts";
import { readRefusal } from "./comfyui-faults.ts";
import {
  Accepted,
  type ApiGraph,
  History,
  type HistoryEntry,
  type NodeInfo,
  ObjectInfo,
  type OutputFile,
  Queue,
  StoredFile,
  SystemStats,
} from "./comfyui-wire.ts";

/** Where files lie that are only passed through: ComfyUI empties this folder when it starts. */
const FOLDER = { type: "temp", subfolder: "maskloom" } as const;

export interface SubmittedCall {
  readonly promptId: string;
  /** Whose WebSocket is told of it. */
  readonly clientId: string;
  /** Whether it is to send previews, by the cheapest way there is; else it does as it was started. */
  readonly isWatched: boolean;
}

/** What ComfyUI can be asked. */
export interface ComfyClient {
  /** @returns how a LoadImage node names the file */
  uploadImage(name: string, file: Uint8Array, signal: AbortSignal): Promise<StoredFile>;
  /** A copy of an uploaded image with the transparency of `file`. */
  uploadMask(name: string, file: Uint8Array, image: StoredFile, signal: AbortSignal): Promise<StoredFile>;
  /** @returns the id under which it is known there */
  submit(graph: ApiGraph, call: SubmittedCall, signal: AbortSignal): Promise<string>;
  /** Null where it has not come to its end, or is not known. */
  history(promptId: string, signal: AbortSignal): Promise<HistoryEntry | null>;
  /** Whether it waits or is worked on. */
  queued(promptId: string, signal: AbortSignal): Promise<"running" | "pending" | null>;
  /** Takes it out of the queue, or stops it; what others are doing there is left alone. */
  cancel(promptId: string, signal: AbortSignal): Promise<void>;
  view(file: OutputFile, mostBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  /** What nodes of this class take; null where it has none. */
  node(type: string, signal: AbortSignal): Promise<NodeInfo | null>;
  stats(signal: AbortSignal): Promise<z.output<typeof SystemStats>>;
  close(): Promise<void>;
}

export function createComfyClient({ id, url, key }: ProviderSettings): ComfyClient {
  const http = createProviderHttp({ id, url: url.replace(/^ws/, "http"), key, readRefusal });
  const queued: ComfyClient["queued"] = async (promptId, signal) => {
    const { queue_running, queue_pending } = await http.json(Queue, "/queue", { signal });
    if (queue_running.some(([, one]) => one === promptId)) return "running";
    return queue_pending.some(([, one]) => one === promptId) ? "pending" : null;
  };
  return {
    queued,
    uploadImage: (name, file, signal) => sendFile(http, "/upload/image", name, file, {}, signal),
    uploadMask: (name, file, image, signal) => {
      const { name: filename, subfolder, type } = image;
      const original_ref = JSON.stringify({ filename, subfolder, type });
      return sendFile(http, "/upload/mask", name, file, { original_ref }, signal);
    },
    async submit(prompt, { promptId, clientId, isWatched }, signal) {
      const more = isWatched ? { extra_data: { preview_method: "auto" } } : {};
      const json = { prompt, prompt_id: promptId, client_id: clientId, ...more };
      return (await http.json(Accepted, "/prompt", { method: "POST", json, signal })).prompt_id;
    },
    async history(promptId, signal) {
      const all = await http.json(History, `/history/${encodeURIComponent(promptId)}`, { signal });
      return all[promptId] ?? null;
    },
    async cancel(promptId, signal) {
      const post = (path: string, json: unknown) => http.tell(path, { method: "POST", json, signal });
      const place = await queued(promptId, signal);
      if (place === "pending") await post("/queue", { delete: [promptId] });
      if (place === "running") await post("/interrupt", { prompt_id: promptId });
    },
    view: ({ filename, subfolder, type }, mostBytes, signal) =>
      http.bytes("/view", { query: { filename, subfolder, type }, mostBytes, signal }),
    async node(type, signal) {
      const all = await http.json(ObjectInfo, `/object_info/${encodeURIComponent(type)}`, { signal });
      const { required, optional } = all[type]?.input ?? {};
      return all[type] === undefined ? null : { inputs: { ...optional, ...required } };
    },
    stats: (signal) => http.json(SystemStats, "/system_stats", { signal }),
    close: () => http.close(),
  };
}

/** The name that a node finds a file by: with its folder, and the place that the folder is in. */
export function nodeFileName({ name, subfolder, type }: StoredFile): string {
  return `${subfolder === "" ? "" : `${subfolder}/`}${name} [${type}]`;
}

function sendFile(
  http: ProviderHttp,
  path: string,
  name: string,
  file: Uint8Array,
  fields: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<StoredFile> {
  const form = { field: "image", name, png: file, fields: { ...FOLDER, overwrite: "true", ...fields } };
  return http.json(StoredFile, path, { method: "POST", upload: form, signal });
}
