import { writeFileSync } from "node:fs";
import path from "node:path";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { readThirdParty } from "./read-third-party.ts";
import { thirdPartyDocument } from "./third-party.ts";

/* Writes THIRD-PARTY.md anew, after package-lock.json has changed: npm run third-party */

writeFileSync(path.join(PACKAGE_ROOT, "THIRD-PARTY.md"), thirdPartyDocument(readThirdParty()));
