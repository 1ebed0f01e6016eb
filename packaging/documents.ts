// Manual pages and completions, where systems look for them. In: doc/. Out: files below share/.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./facts.js";
import { fileEntry, type Tree } from "./tree.js";

/** Where each shell looks for a command's completions; zsh's folder is the one for what is no part of a system. */
const SHELLS: readonly (readonly [suffix: RegExp, folder: string, isDebian?: string])[] = [
  [/^(.*)\.bash$/, "bash-completion/completions/$1"],
  [/^(.*\.fish)$/, "fish/vendor_completions.d/$1"],
  [/^(_.*)$/, "zsh/site-functions/$1", "zsh/vendor-completions/$1"],
];

/** @param isDebian whether zsh is Debian's, which looks elsewhere */
export function documents(isDebian = false): Tree {
  const tree: Tree = new Map();
  const doc = join(root, "doc");
  for (const name of readdirSync(doc).filter((one) => one.endsWith(".1"))) {
    tree.set(`share/man/man1/${name}`, fileEntry(join(doc, name), false));
  }
  for (const name of readdirSync(join(doc, "completions"))) {
    const [pattern, folder, debian] = SHELLS.find(([one]) => one.test(name)) ?? [];
    if (pattern === undefined || folder === undefined) continue;
    const place = isDebian ? (debian ?? folder) : folder;
    tree.set(`share/${name.replace(pattern, place)}`, fileEntry(join(doc, "completions", name), false));
  }
  return tree;
}
