import { describe, expect, it } from "vitest";
import { curlCommand } from "../../../dashboard/src/components/curl-command.ts";
import { asCli, asCurl, asRerunCli, asRerunCurl } from "../../../dashboard/src/pages/run/actions/copy-as.ts";
import type { Digest, RunUUID } from "../../../src/contracts/ids.ts";

const HERE = { origin: "http://127.0.0.1:8787", needsKey: false };
const DIGEST = "ab".repeat(32) as Digest;
const RUN = {
  workflow: "face-detail",
  workflowDigest: DIGEST,
  file: "a folder/it's.jpg",
  inputs: { image: { uuid: "…" }, strength: 0.3, prompt: "eyes; lips" },
};
const SOURCE = "maskloom: 1\nname: face-detail\ndescription: it's one\n";
const SHIPPED = { source: SOURCE, namesake: { digest: DIGEST, origin: "shipped" } } as const;
const SAVED = { source: SOURCE, namesake: { digest: DIGEST, origin: "saved" } } as const;
const CHANGED = {
  source: SOURCE,
  namesake: { digest: "cd".repeat(32) as Digest, origin: "shipped" },
} as const;
const NAMELESS = { source: SOURCE, namesake: undefined };

describe("what is copied of a run", () => {
  it("is a request that a shell takes as it is, without the picture's own UUID", () => {
    expect(asCurl(RUN, SHIPPED, HERE)).toBe(
      [
        "curl 'http://127.0.0.1:8787/api/runs?wait=120' \\",
        "  --form-string workflow=face-detail \\",
        "  --form-string 'file=a folder/it'\\''s.jpg' \\",
        `  --form-string 'inputs={"strength":0.3,"prompt":"eyes; lips"}' \\`,
        "  -F 'image=@it'\\''s.jpg'",
      ].join("\n"),
    );
  });

  it("has the key in a variable where the server asks who somebody is", () => {
    const there = { origin: "https://masks.example", needsKey: true };
    const header = '  -H "Authorization: Bearer $MASKLOOM_API_KEY" \\';
    expect(asCurl(RUN, SAVED, there).split("\n")[1]).toBe(header);
    const task = { runUUID: "7" as RunUUID, step: "detail" };
    expect(asRerunCurl(task, there).split("\n")[1]).toBe(header);
    expect(curlCommand(there, "/api/tasks/7").split("\n")).toEqual([
      "curl https://masks.example/api/tasks/7 \\",
      header.replace(" \\", ""),
    ]);
  });

  it("is a command with the same settings", () => {
    expect(asCli(RUN, SHIPPED)).toBe(
      [
        "maskloom run face-detail 'it'\\''s.jpg' --out out \\",
        "  --set strength=0.3 \\",
        "  --set 'prompt=eyes; lips'",
      ].join("\n"),
    );
  });

  it("carries what the run followed where its name stands for something else, or for nothing", () => {
    const carried =
      "  --form-string 'workflow=maskloom: 1\nname: face-detail\ndescription: it'\\''s one\n' \\\n";
    for (const followed of [CHANGED, NAMELESS]) {
      expect(asCurl(RUN, followed, HERE)).toContain(carried);
      expect(asCli(RUN, followed)).toBe(
        [
          "cat > face-detail-abababababab.yaml <<'MASKLOOM'",
          SOURCE.trimEnd(),
          "MASKLOOM",
          "maskloom run ./face-detail-abababababab.yaml 'it'\\''s.jpg' --out out \\",
          "  --set strength=0.3 \\",
          "  --set 'prompt=eyes; lips'",
        ].join("\n"),
      );
    }
  });

  it("is a file on the command line where somebody saved it: elsewhere its name may be another's", () => {
    expect(asCurl(RUN, SAVED, HERE)).toContain("--form-string workflow=face-detail ");
    expect(asCli(RUN, SAVED)).toContain("maskloom run ./face-detail-abababababab.yaml ");
  });

  it("names a picture in curl's own language, where commas divide", () => {
    const run = { ...RUN, file: 'one, "two".jpg', inputs: {} };
    expect(asCurl(run, SHIPPED, HERE).split("\n").at(-1)).toBe(`  -F 'image=@"one, \\"two\\".jpg"'`);
  });

  it("is, of a task, what does it again", () => {
    const task = { runUUID: "7" as RunUUID, step: "detail" };
    expect(asRerunCli(task)).toBe("maskloom runs rerun 7 --from detail");
    expect(asRerunCurl(task, HERE)).toBe(
      [
        "curl http://127.0.0.1:8787/api/runs/7/rerun \\",
        "  -H 'Content-Type: application/json' \\",
        `  -d '{"from":"detail"}'`,
      ].join("\n"),
    );
  });
});
