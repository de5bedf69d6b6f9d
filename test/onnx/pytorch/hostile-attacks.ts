import { checkpointFile, createStorages, smallCheckpoint, smallModel } from "./checkpoint-file.ts";
import type { HostileFile } from "./hostile-file.ts";
import { type Code, pickle } from "./pickle-file.ts";

const { code, text, tuple, dict, global, reduce, object } = pickle;

const file = (value: Code): Uint8Array => checkpointFile(value, { entries: [] });

/** Every shell command of this corpus makes this file where it is run. */
export const CANARY = "maskloom-canary-of-hostile-checkpoints";
const COMMAND = text(`touch /tmp/${CANARY}`);

const attack = (module: string, name: string): Code => reduce(global(module, name), COMMAND);
const shortText = (value: string): Code => code("\x8c", Uint8Array.of(value.length), value);

/** Pickles that would run something where Python opens them. */
export const ATTACKS: readonly HostileFile[] = [
  { name: "os.system", make: () => file(attack("os", "system")), says: /asks Python for os\.system/ },
  {
    name: "os.system by its real module",
    make: () => file(attack("posix", "system")),
    says: /posix\.system/,
  },
  { name: "eval", make: () => file(attack("builtins", "eval")), says: /builtins\.eval/ },
  { name: "exec of Python 2", make: () => file(attack("__builtin__", "exec")), says: /__builtin__\.exec/ },
  {
    name: "a process, named from the stack",
    make: () => file(code(shortText("subprocess"), shortText("Popen"), "\x93", tuple(COMMAND), "R")),
    says: /subprocess\.Popen/,
  },
  {
    name: "a submodule",
    make: () => file(attack("importlib.machinery", "SourceFileLoader")),
    says: /importlib\.machinery/,
  },
  {
    name: "an import within calls within calls",
    make: () =>
      file(
        reduce(
          reduce(
            global("builtins", "getattr"),
            reduce(global("builtins", "__import__"), text("os")),
            text("system"),
          ),
          COMMAND,
        ),
      ),
    says: /builtins\.__import__/,
  },
  {
    name: "an attack beside a sound model",
    make: () => {
      const storages = createStorages();
      return checkpointFile(
        dict({ model: smallModel({ storages }), train_args: attack("os", "system") }),
        storages,
      );
    },
    says: /os\.system/,
  },
  {
    name: "an attack that is only named, in a model's own attributes",
    make: () => smallCheckpoint({ model: { attributes: { callback: global("shutil", "rmtree") } } }),
    says: /shutil\.rmtree/,
  },
  {
    name: "an attack by way of NEWOBJ and BUILD",
    make: () => file(code(global("os", "system"), tuple(COMMAND), "\x81}b")),
    says: /os\.system/,
  },
  {
    name: "an attack after the model, before the end",
    make: () => {
      const storages = createStorages();
      return checkpointFile(
        code(dict({ model: smallModel({ storages }) }), attack("nt", "system"), "0"),
        storages,
      );
    },
    says: /nt\.system/,
  },
  {
    name: "a call of what it carries itself",
    make: () => file(reduce(object("evil.payload", "Runner", dict({ command: COMMAND })), COMMAND)),
    says: /a model of another kind/,
  },
  {
    name: "a class that sets its own state",
    make: () => file(object("evil.payload", "Runner", dict({ command: COMMAND }))),
    says: /a model of another kind \(a evil\.payload\.Runner\)/,
  },
];
