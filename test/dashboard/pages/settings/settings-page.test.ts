import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detailText } from "../../../../dashboard/src/pages/settings/audit/detail-text.ts";
import { pageOf } from "../../../../dashboard/src/pages/settings/audit/target-page.ts";
import { formatSetting } from "../../../../dashboard/src/pages/settings/format-setting.ts";
import { type KeyDraft, readDraft } from "../../../../dashboard/src/pages/settings/keys/key-draft.ts";
import { groupSettings } from "../../../../dashboard/src/pages/settings/setting-groups.ts";
import { readNumber } from "../../../../dashboard/src/pages/settings/setting-number.ts";
import { readSettingsSearch } from "../../../../dashboard/src/pages/settings/settings-search.ts";
import { CHANGEABLE_SETTINGS, ChangeSettings } from "../../../../src/contracts/settings.ts";
import { isPage } from "../../../../src/server/dashboard/pages.ts";

const settingAt = (place: string) => ({
  name: place.toUpperCase(),
  place,
  about: "",
  value: "1",
  isSecret: false,
  isSet: true,
  source: "default" as const,
  change: "elsewhere" as const,
});

describe("the settings", () => {
  it("are each in exactly one group, wherever they stand in the file", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{1,8})?$/), { maxLength: 20 }), (places) => {
        const given = [...new Set([...places, "server.port", "limits.inputBytes", "home"])].map(settingAt);
        const grouped = groupSettings(given).flatMap(({ settings }) => settings);
        expect(grouped.map(({ name }) => name).sort()).toEqual(given.map(({ name }) => name).sort());
      }),
    );
  });

  it("have numbers that can be read, bytes as such, and everything else as it is", () => {
    expect(formatSetting({ name: "MASKLOOM_MAX_INPUT_BYTES", value: "67108864" })).toBe(
      "67,108,864 (64.0 MiB)",
    );
    expect(formatSetting({ name: "MASKLOOM_MAX_INPUT_PIXELS", value: "100000000" })).toBe("100,000,000");
    expect(formatSetting({ name: "MASKLOOM_PORT", value: "65535" })).toBe("65535");
    expect(formatSetting({ name: "MASKLOOM_HOME", value: "/srv/1" })).toBe("/srv/1");
  });
});

describe("a setting that is changed here", () => {
  it("takes what the server takes, and nothing else", () => {
    const texts = ["1", "0.5", "36500", "36501", "0", "-1", "", "many", "1e3", "Infinity", " 7 "];
    for (const name of CHANGEABLE_SETTINGS) {
      for (const text of texts) {
        const read = readNumber(name, text);
        const sent = text.trim() === "" ? undefined : Number(text);
        const taken = sent !== undefined && ChangeSettings.safeParse({ [name]: sent }).success;
        expect(read, `${name}: ${text}`).toBe(taken ? sent : undefined);
      }
    }
    expect(readNumber("MASKLOOM_PORT", "1")).toBeUndefined();
  });
});

describe("a new key", () => {
  const draft: KeyDraft = {
    name: "",
    owner: "local",
    role: "viewer",
    requestsPerMinute: "",
    concurrency: "",
    labels: "",
  };

  it("is asked for without what was left empty", () => {
    expect(readDraft(draft)).toEqual({
      key: { owner: "local", role: "viewer", requestsPerMinute: null, concurrency: null, labels: {} },
      faults: {},
    });
    expect(readDraft({ ...draft, name: " CI ", concurrency: "4", labels: "team=retouch" }).key).toMatchObject(
      {
        name: "CI",
        concurrency: 4,
        labels: { team: "retouch" },
      },
    );
  });

  it("says of each field what is wrong with it, and is not asked for", () => {
    const { key, faults } = readDraft({
      ...draft,
      owner: "two words",
      concurrency: "0",
      requestsPerMinute: "1.5",
      labels: "two words=1",
    });
    expect(key).toBeNull();
    expect(Object.keys(faults).sort()).toEqual(["concurrency", "labels", "owner", "requestsPerMinute"]);
  });
});

describe("an entry of the audit", () => {
  const uuid = "3f2c8a10-1111-4222-8333-444455556666";

  it("leads to a page that there is, but not to what is another owner's", () => {
    const targets = [
      ["run.cancel", uuid],
      ["task.retry", uuid],
      ["review.accept", uuid],
      ["batch.pause", uuid],
      ["queue.pause", "masking"],
      ["model.pull", "lama"],
      ["key.revoke", "mlk_0123456789ab"],
    ] as const;
    for (const [action, target] of targets) {
      const page = pageOf({ action, target, isMine: true });
      expect([action, isPage(new URL(page ?? "", "http://x").pathname)]).toEqual([action, true]);
    }
    expect(pageOf({ action: "run.cancel", target: uuid, isMine: false })).toBeNull();
    expect(pageOf({ action: "runs.tag", target: "runs", isMine: true })).toBeNull();
  });

  it("says what else was written down, without what is not set", () => {
    expect(
      detailText({ priority: 5, more: false, add: ["a", "b"], remove: [], made: null, fresh: true }),
    ).toBe("priority 5, add a b, fresh");
  });
});

describe("the address of the settings page", () => {
  it("has what it should and nothing else", () => {
    expect(
      readSettingsSearch({ tab: "audit", action: "run.cancel", actor: "cli", target: 7, scope: "all" }),
    ).toEqual({ tab: "audit", action: "run.cancel", actor: "cli", target: "7", scope: "all" });
    expect(readSettingsSearch({ tab: "secrets", action: "'; drop", revoked: "yes", scope: "mine" })).toEqual(
      {},
    );
  });
});
