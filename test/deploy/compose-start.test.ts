import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { expect, it } from "vitest";
import { readCompose, readRoot, wordsOf } from "./deployment-files.ts";

/* What containers need in order to start: a place to write, a volume of their own, and time. */

const { services } = readCompose();

it("gives whoever calls mc a place for its configuration, which it writes before it does anything", () => {
  const callers = Object.entries(services).filter(([, { command, healthcheck }]) =>
    /(^|\s)mc\s/m.test([...wordsOf(command), "\n", ...(healthcheck?.test ?? [])].join(" ")),
  );
  expect(callers.map(([name]) => name).sort()).toEqual(["s3", "s3-bucket"]);
  for (const [name, { environment, tmpfs }] of callers) {
    const writable = tmpfs.map((one) => `${one.split(":")[0]}/`);
    const folder = environment["MC_CONFIG_DIR"] ?? "none";
    expect(
      writable.some((one) => folder.startsWith(one)),
      name,
    ).toBe(true);
  }
});

/* The container's chown and stat are GNU's, which other systems do not have. */
it.runIf(process.platform === "linux")(
  "gives the volume of pictures to the user that MinIO runs as, and looks through it only where it is not theirs",
  () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "maskloom-volume-"));
    const called = path.join(folder, "called");
    writeFileSync(path.join(folder, "chown"), `#!/bin/sh\necho "$@" >"${called}"\n`);
    chmodSync(path.join(folder, "chown"), 0o755);
    const { uid, gid } = statSync(folder);
    const volume = services["s3-volume"];
    const [program = "", ...args] = volume?.entrypoint ?? [];
    const script = wordsOf(volume?.command).join(" ").replaceAll("$$", "$").replaceAll("/data", folder);
    const run = (owner: string) => {
      rmSync(called, { force: true });
      const PATH = `${folder}:${process.env["PATH"]}`;
      const words = [...args, script.replaceAll(services["s3"]?.user ?? "none", owner)];
      expect(spawnSync(program, words, { env: { ...process.env, PATH } }).status).toBe(0);
      return existsSync(called);
    };
    try {
      expect(run(`${uid}:${gid}`)).toBe(false);
      expect(run(`${uid}:${gid + 1}`)).toBe(true);
      expect(run(`${uid + 1}:${gid}`)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

it("leaves time for what is done at a start: a log that is read again, tables that are brought up to date", () => {
  const checked = Object.entries(services).filter(([, { healthcheck }]) => healthcheck !== undefined);
  const seconds = new Map(
    checked.map(([name, { healthcheck }]) => [name, Number.parseInt(healthcheck?.start_period ?? "0", 10)]),
  );
  expect([...seconds].filter(([, one]) => one === 0)).toEqual([]);
  expect(seconds.get("server")).toBeGreaterThanOrEqual(600);
  expect(seconds.get("postgres")).toBeGreaterThanOrEqual(300);
  expect(seconds.get("redis")).toBeGreaterThanOrEqual(120);
  expect(/--start-period=(\d+)s/.exec(readRoot("Dockerfile"))?.[1]).toBe(String(seconds.get("server")));
});
