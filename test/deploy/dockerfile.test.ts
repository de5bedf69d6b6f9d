import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { validate } from "dockerfile-utils";
import { expect, it } from "vitest";
import { startMetricsServer } from "../../src/metrics/metrics-server.ts";
import { ROOT, readRoot } from "./deployment-files.ts";

const dockerfile = readRoot("Dockerfile");
const lines = dockerfile.replace(/\\\n/g, " ").split("\n");
const instructions = lines.flatMap((line) => {
  const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
  return name === undefined || rest === undefined ? [] : [{ name, rest: rest.replace(/\s+/g, " ").trim() }];
});
const of = (name: string) => instructions.filter((one) => one.name === name).map(({ rest }) => rest);
/** What `.dockerignore` lets in, beside the rule that keeps everything out. */
const allowed = readRoot(".dockerignore")
  .split("\n")
  .flatMap((line) => /^!(.+)$/.exec(line)?.[1] ?? []);

it("is without fault for the linter, which finds faults where there are some", () => {
  expect(validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  expect(validate("FROM scratch\nCOPPY a b\n")).not.toEqual([]);
});

it("copies only what is there, and what .dockerignore lets in", () => {
  const copied = of("COPY")
    .filter((rest) => !rest.startsWith("--from"))
    .flatMap((rest) => rest.split(" ").slice(0, -1));
  expect(copied).toContain("src");
  for (const file of copied) {
    expect(existsSync(path.join(ROOT, file)), file).toBe(true);
    const isAllowed = allowed.some(
      (one) => one === file || (file === "scripts" && one.startsWith("scripts/")),
    );
    expect(isAllowed, `.dockerignore keeps ${file} out`).toBe(true);
  }
});

it("has everything that the package ships, so that the image is what people install", () => {
  const { files } = JSON.parse(readRoot("package.json")) as { files: string[] };
  const runtime = dockerfile.slice(dockerfile.indexOf("AS runtime"));
  for (const file of files)
    expect(runtime).toMatch(new RegExp(`^COPY .*\\b${file.replace(".", "\\.")}\\b`, "m"));
});

it("runs scripts that package.json has", () => {
  const { scripts } = JSON.parse(readRoot("package.json")) as { scripts: Record<string, string> };
  const run = [...dockerfile.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] ?? "");
  expect(run).toEqual(["build", "prepack"]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(run));
});

it("starts as a user without rights what the package calls maskloom", () => {
  expect(of("USER").at(-1)).toBe("1000:1000");
  const { bin } = JSON.parse(readRoot("package.json")) as { bin: Record<string, string> };
  expect(of("ENTRYPOINT")).toEqual([`["node", "/app/${bin["maskloom"]}"]`]);
  const program = path.join(ROOT, "bin/maskloom.js");
  expect(statSync(program).mode & 0o111).toBe(0o111);
  /* So that `docker compose exec server maskloom …` of docs/deployment.md finds it. */
  expect(readFileSync(program, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(of("RUN").at(-1)).toContain(`ln -s /app/${bin["maskloom"]} /usr/local/bin/maskloom`);
});

it("names a Node that the package supports, by its full version", () => {
  const [, major, minor] = /^NODE_IMAGE=node:(\d+)\.(\d+)\.\d+-\w+-slim$/.exec(of("ARG")[0] ?? "") ?? [];
  expect(Number(major) + Number(minor) / 1000).toBeGreaterThanOrEqual(20.019);
});

it("says that it is well exactly where the process says so", async () => {
  const [, command = "[]"] = /CMD (\[.*\])$/.exec(of("HEALTHCHECK")[0] ?? "") ?? [];
  const [, ...args] = JSON.parse(command) as string[];
  let isWell = true;
  const server = await startMetricsServer(
    { host: "127.0.0.1", port: 0 },
    { metrics: async () => ({ contentType: "text/plain", text: "" }), isWell: () => isWell },
  );
  const env = { ...process.env, MASKLOOM_METRICS_PORT: new URL(server.url).port };
  const check = () => promisify(execFile)(process.execPath, args, { env });
  await expect(check()).resolves.toBeDefined();
  isWell = false;
  await expect(check()).rejects.toMatchObject({ code: 1 });
  await server.close();
  await expect(check()).rejects.toMatchObject({ code: 1 });
});
