import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shellQuote } from "../../dashboard/src/components/curl-command.ts";
import { asCli, asCurl } from "../../dashboard/src/pages/run/actions/copy-as.ts";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { Report } from "../../src/contracts/report.ts";
import { RunDetail } from "../../src/contracts/run.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type Installation, installCli } from "./cli-installation.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

const exec = promisify(execFile);

const FILE = "a folder/it's one, of two.png";
const NAME = path.basename(FILE);

const hiding = (blocks: number) => `maskloom: 1
name: hiding
description: |
  Hides "everything", it's said:
  MASKLOOM
  $HOME \\ \`blocks\`
inputs:
  image: { type: image }
  mode: { type: choice, choices: [pixelate, blur], default: blur }
steps:
  - id: hide
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    settings: { mode: "\${inputs.mode}", blocks: ${blocks} }
output: \${steps.hide.image}
`;

/* What its name stands for changes with the workflow that it uses, though nobody saves this one anew. */
const USING = `maskloom: 1
name: using
inputs:
  image: { type: image }
  mode: { type: choice, choices: [pixelate, blur], default: blur }
steps:
  - { id: inner, task: use, workflow: hiding, inputs: { image: "\${inputs.image}", mode: "\${inputs.mode}" } }
output: \${steps.inner.image}
`;

describe("what the page of a run gives to copy, given to a shell", () => {
  let host: ServerHost;
  let client: MaskloomClient;
  let origin: string;
  let worker: { stop(): Promise<void> };
  let installation: Installation;
  let home: string;
  let folder: string;

  beforeAll(async () => {
    [host, installation, home, folder] = await Promise.all([
      openServerHost(),
      installCli(),
      makeTemporaryHome(),
      mkdtemp(path.join(os.tmpdir(), "maskloom-copied-")),
    ]);
    origin = (await host.start()).url;
    client = new MaskloomClient({ baseUrl: origin });
    worker = await startWorkerProcess(host.home);
    await writeFile(path.join(folder, NAME), await plainPicture());
  });
  afterAll(async () => {
    await worker?.stop();
    await host?.stop();
    await removeTemporaryHome(home);
    await installation?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const begin = async (workflow: string): Promise<RunDetail> => {
    const wish = { workflow, image: await plainPicture(), file: FILE, inputs: { mode: "pixelate" } };
    return client.runs.wait((await client.runs.create(wish)).runUUID);
  };
  const followed = async ({ runUUID, workflow }: RunDetail) => ({
    source: (await client.runs.workflow(runUUID)).source,
    namesake: (await client.workflows.list()).find(({ name }) => name === workflow),
  });
  /** In the folder of the picture; `maskloom` is the installed one, with a home of its own where nothing was saved. */
  const inShell = async (script: string): Promise<string> => {
    const bin = path.join(installation.folder, "bin", "maskloom.js");
    const maskloom = `maskloom() { ${shellQuote(process.execPath)} ${shellQuote(bin)} "$@"; }`;
    const env = { PATH: process.env["PATH"] ?? "", HOME: home, MASKLOOM_HOME: home };
    const { stdout } = await exec("sh", ["-c", `${maskloom}\n${script}`], { cwd: folder, env });
    return stdout;
  };
  const sent = async (run: RunDetail) => {
    const text = asCurl(run, await followed(run), { origin, needsKey: false });
    return { text, made: RunDetail.parse(JSON.parse(await inShell(text))) };
  };
  const commanded = async (run: RunDetail) => {
    const text = asCli(run, await followed(run));
    await inShell(text);
    const report = await readFile(path.join(folder, "out", "maskloom-report.json"), "utf8");
    await rm(path.join(folder, "out"), { recursive: true });
    return { text, made: Report.parse(JSON.parse(report)) };
  };

  it("follows what the run followed, also when its name has come to stand for something else", async () => {
    await client.workflows.save("hiding", { source: hiding(4), basedOn: 0 });
    await client.workflows.save("using", { source: USING, basedOn: 0 });
    const run = await begin("using");
    expect(run.status).toBe("succeeded");
    const named = await sent(run);
    expect(named.text).toContain("--form-string workflow=using");
    expect(named.made).toMatchObject({ status: "succeeded", workflowDigest: run.workflowDigest, file: FILE });

    await client.workflows.save("hiding", { source: hiding(9), basedOn: 1 });
    expect((await followed(run)).namesake?.digest).not.toBe(run.workflowDigest);
    const { made } = await sent(run);
    expect(made).toMatchObject({
      status: "succeeded",
      workflow: "using",
      workflowDigest: run.workflowDigest,
    });
    expect(made.inputs["mode"]).toBe("pixelate");

    const { text, made: report } = await commanded(run);
    expect(text).toContain("--set mode=pixelate");
    expect(report).toMatchObject({ workflow: "using", workflowDigest: run.workflowDigest });
    expect(report.runs.map(({ status }) => status)).toEqual(["succeeded"]);
  });

  it("follows the definition that the run brought itself, under the name of one that comes with Maskloom", async () => {
    const own = hiding(5).replace("name: hiding", "name: anonymize-faces");
    const run = await begin(own);
    const { made } = await sent(run);
    expect(made.workflowDigest).toBe(run.workflowDigest);
    expect((await commanded(run)).made.workflowDigest).toBe(run.workflowDigest);
  });

  it("names one that comes with Maskloom as it is", async () => {
    const run = await begin("anonymize-faces");
    const { text, made } = await commanded(run);
    expect(text).toMatch(/^maskloom run anonymize-faces /);
    expect(made.workflowDigest).toBe(run.workflowDigest);
  });
});
