/**
 * Names that no model needs and that attacks are made of. Reading is safe without this list, since nothing is ever
 * imported or called; it is here so that the owner of such a file hears what it would have done elsewhere.
 */
const HOSTILE_MODULES = new Set([
  "os",
  "posix",
  "nt",
  "subprocess",
  "sys",
  "shutil",
  "socket",
  "runpy",
  "importlib",
  "pty",
  "ctypes",
  "code",
  "commands",
  "webbrowser",
  "pickle",
  "_pickle",
  "marshal",
  "urllib",
  "http",
  "requests",
  "pip",
]);

const HOSTILE_BUILTINS = new Set(["eval", "exec", "execfile", "compile", "open", "__import__", "breakpoint"]);
const BUILTINS = new Set(["builtins", "__builtin__"]);

/** Whether the name is one that only an attack would ask for; submodules count as their packages. */
export function isHostileName(module: string, name: string): boolean {
  if (BUILTINS.has(module)) return HOSTILE_BUILTINS.has(name);
  return HOSTILE_MODULES.has(module.split(".")[0] ?? "") || module === "torch.hub";
}
