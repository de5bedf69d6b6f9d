import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { installCli, PHOTOS, until } from "./cli-installation.ts";

export const API_KEY = "a-key-that-only-tests-have";

/** `maskloom up` as it is installed, on a home folder of its own, where keys are required. */
export interface ApiHost {
  readonly home: string;
  readonly url: string;
  /** What the official clients are pointed at. */
  readonly webSocketUrl: string;
  /** Of the server's process. */
  pid(): number;
  /** Ends it as a service manager does, or as a power cut does, and starts it on the same port. */
  restart(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** @throws where the server met something that nobody foresaw, whatever it answered */
  stop(): Promise<void>;
}

export async function openApiHost(environment: Readonly<Record<string, string>> = {}): Promise<ApiHost> {
  const installation = await installCli();
  const home = await makeTemporaryHome();
  const env = { MASKLOOM_API_KEY: API_KEY, LOG_LEVEL: "error", ...environment };
  const start = async (port: string) => {
    const up = installation.start(["up", "--port", port], { home, env, group: true });
    const ended = up.ended.then(({ code, stderr }) => {
      throw new Error(`maskloom up ended with ${code}: ${stderr}`);
    });
    ended.catch(() => undefined);
    await Promise.race([until(() => up.stdout().includes("\n")), ended]);
    const url = /ready: (http:\S+)/.exec(up.stdout())?.[1];
    if (url === undefined) throw new Error(`maskloom up said ${up.stdout()}`);
    return { up, url };
  };
  let { up, url } = await start("0");
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    if (signal === "SIGTERM") up.kill(signal);
    else up.killGroup(signal);
    await up.ended;
  };
  return {
    home,
    url,
    webSocketUrl: `${url.replace("http:", "ws:")}/v1`,
    pid: () => up.pid,
    async restart(signal) {
      await end(signal);
      ({ up, url } = await start(new URL(url).port));
    },
    async stop() {
      await end("SIGTERM");
      if (/nobody foresaw|a request failed/.test(up.stderr())) throw new Error(up.stderr().slice(0, 5_000));
      await removeTemporaryHome(home);
      await installation.remove();
    },
  };
}

/** A face, 512 pixels wide. */
export const astronaut = (): Promise<Buffer> => readFile(path.join(PHOTOS, "astronaut.jpg"));

export const dataUri = (bytes: Uint8Array, mediaType: string): string =>
  `data:${mediaType};base64,${Buffer.from(bytes).toString("base64")}`;

export interface Grey {
  readonly format: string | undefined;
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): number;
  readonly data: Uint8Array;
}

/** A mask as whoever receives it sees it. */
export async function readGrey(bytes: Uint8Array): Promise<Grey> {
  const picture = sharp(bytes);
  const { format } = await picture.metadata();
  const { data, info } = await picture.greyscale().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { format, width, height, data, at: (x, y) => data[y * width + x] ?? Number.NaN };
}

/** As a browser loads it: without any key. */
export async function download(
  url: string | undefined,
): Promise<{ readonly bytes: Uint8Array; readonly type: string | null }> {
  if (url === undefined) throw new Error("the result has no URL");
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return { bytes: new Uint8Array(await response.arrayBuffer()), type: response.headers.get("content-type") };
}
