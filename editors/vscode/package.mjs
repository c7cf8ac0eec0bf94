// Makes the .vsix:
//   npm run package                           the server is looked for on the PATH
//   npm run package -- --with-server PROGRAM  the server is inside, for this kind of machine
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { "with-server": { type: "string" }, out: { type: "string" } },
});

rmSync("bin", { recursive: true, force: true });
const given = values["with-server"];
const vsce = ["package", "--no-dependencies"];
if (given !== undefined) {
  mkdirSync("bin");
  const name = process.platform === "win32" ? "hyper-nixos-ls.exe" : "hyper-nixos-ls";
  copyFileSync(given, path.join("bin", name));
  chmodSync(path.join("bin", name), 0o755);
  vsce.push("--target", `${process.platform}-${process.arch}`);
}
if (values.out !== undefined) {
  vsce.push("--out", values.out);
}
const program = path.join("node_modules", "@vscode", "vsce", "vsce");
const { status } = spawnSync(process.execPath, [program, ...vsce], { stdio: "inherit" });
process.exitCode = status ?? 1;
