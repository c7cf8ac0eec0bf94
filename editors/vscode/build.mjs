// Bundles the extension, and the page of the graph, which runs in a browser's world of its own.
//   node build.mjs [--watch | --tests]
import { readdir } from "node:fs/promises";
import * as esbuild from "esbuild";

const watch = process.argv.includes("--watch");
const common = { bundle: true, minify: !watch, sourcemap: watch, logLevel: "warning" };
const node = { platform: "node", target: "node20" };

const tests = async () => {
  const files = await readdir("test");
  return {
    ...common,
    ...node,
    format: "esm",
    minify: false,
    entryPoints: files.filter((file) => file.endsWith(".test.ts")).map((file) => `test/${file}`),
    outdir: "out/test",
    outExtension: { ".js": ".mjs" },
  };
};
const bundles = [
  {
    ...common,
    ...node,
    format: "cjs",
    external: ["vscode"],
    entryPoints: { extension: "src/extension.ts" },
    outdir: "out",
  },
  {
    ...common,
    platform: "browser",
    target: "es2022",
    format: "iife",
    entryPoints: { graph: "src/graph/page/main.ts" },
    outdir: "out",
  },
];

for (const options of process.argv.includes("--tests") ? [await tests()] : bundles) {
  if (watch) {
    await (await esbuild.context(options)).watch();
  } else {
    await esbuild.build(options);
  }
}
