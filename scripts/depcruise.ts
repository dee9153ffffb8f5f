/**
 * Runs dependency-cruiser over src/ and refuses a green result that saw too little: with a
 * TypeScript it does not know it cruises nothing and says that all is well.
 */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractDepcruiseOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";

const root = join(import.meta.dirname, "..");
process.chdir(root);

/** The TypeScript modules there are, counted without dependency-cruiser's help. */
function modulesOnDisk(folder: string): Set<string> {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name));
  return new Set(files.map((entry) => relative(root, join(entry.parentPath, entry.name))));
}

const options = await extractDepcruiseOptions(join(root, ".dependency-cruiser.cjs"));
const tsConfig = extractTSConfig(join(root, "tsconfig.json"));
const { output } = await cruise(["src"], options, undefined, { tsConfig });
const { modules, summary } = output as ICruiseResult;

const seen = new Set(modules.map((module) => module.source));
const missed = [...modulesOnDisk("src")].filter((path) => !seen.has(path));
for (const path of missed) console.log(`${path}: not seen by dependency-cruiser`);
for (const { rule, from, to } of summary.violations) {
  console.log(`${from}: ${rule.severity} ${rule.name}${from === to ? "" : `: ${to}`}`);
}
const dependencies = modules.reduce((sum, module) => sum + module.dependencies.length, 0);
console.log(
  `import rules: ${modulesOnDisk("src").size - missed.length} modules, ${dependencies} ` +
    `dependencies, ${summary.violations.length} violations`,
);
if (missed.length > 0 || seen.size === 0 || dependencies === 0 || summary.error > 0) {
  process.exitCode = 1;
}
