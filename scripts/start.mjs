/** `npm start`: a fresh clone becomes a running system. See dev.ts for what runs. */
import { ensureDependencies, registerTypeScript } from "./bootstrap.mjs";

ensureDependencies();
await registerTypeScript();
const { startAll } = await import("./dev.ts");
await startAll();
