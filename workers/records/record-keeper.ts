import type { Store } from "../../src/store/store.ts";
import { addCrop } from "../../src/store/task-crops.ts";
import { addLogLines } from "../../src/store/task-logs.ts";
import type { RecordKeeper } from "./task-record.ts";

/** Keeps what is recorded in the database, and wakes up whoever follows it. */
export const keepRecords = ({ db, wakeUps }: Pick<Store, "db" | "wakeUps">): RecordKeeper => ({
  async addLines(lines) {
    await addLogLines(db, lines);
    wakeUps.notify("events");
  },
  addCrop: (crop) => addCrop(db, crop),
});
