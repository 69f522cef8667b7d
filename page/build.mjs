// Builds bot/demo/static: one script, one style sheet, the page, and the licences of what the script contains.
import { build } from "esbuild";
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
const out = join(here, "..", "bot", "demo", "static");

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { page: "src/page.jsx" },
  outdir: out,
  bundle: true,
  minify: true,
  metafile: true,
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
});
for (const file of ["index.html", "quintet.svg"]) copyFileSync(join(here, "src", file), join(out, file));
writeFileSync(join(out, "LICENSES"), licences(Object.keys(metafile.inputs)));

function licences(inputs) {
  const names = inputs.map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean);
  // slack-blocks-to-jsx brings this parser inside its own bundle, so no path names it.
  const inside = readFileSync(join(here, "src", "yozora-licence.txt"), "utf8");
  const parts = [...[...new Set(names)].sort().map(licenceOf), `== @yozora/*, inside slack-blocks-to-jsx (MIT)\n\n${inside}`];
  return `The packages whose code page.js and page.css contain, each with its licence.\n\n${parts.join("\n")}`;
}

function licenceOf(name) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8").trim() : license;
  return `== ${name} ${version} (${license})\n\n${text}\n`;
}
