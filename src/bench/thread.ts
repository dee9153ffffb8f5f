import { Worker } from "node:worker_threads";

/**
 * Starts a thread on a module beside this file. Compiled, that is plain JavaScript. From source it
 * is TypeScript, and on Node 20 a thread does not inherit the loader of the process: it registers
 * its own.
 */
export function startThread(name: string, workerData: unknown): Worker {
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData });
  }
  const loader = import.meta.resolve("tsx/esm/api");
  const module = new URL(`./${name}.ts`, import.meta.url).href;
  const boot = `import(${JSON.stringify(loader)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(module)});
  });`;
  return new Worker(boot, { eval: true, workerData, execArgv: [] });
}
