/**
 * `npm test`: installs what the tests need, checks, tests, and counts. See check.ts for the steps.
 */
import { ensureDependencies, registerTypeScript } from "./bootstrap.mjs";

ensureDependencies();
await registerTypeScript();
const { runTests } = await import("./check.ts");
process.exitCode = await runTests();
