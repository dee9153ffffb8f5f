/** Who may import whom (ARCHITECTURE.md has the same as a table). Run by scripts/depcruise.ts. */

/** Tests and what is made for them. */
const test = "\\.(test|fixture|fake)\\.ts$";
const gen = "^src/protocol/gen/";

/** Files below `folder`, tests aside: those may use what they like. */
const inside = (folder) => ({ path: `^src/${folder}/`, pathNot: test });

/** Parts of src/ that `folder` may import besides itself; everything else of src/ is an error. */
const parts = (folder, allowed, comment) => ({
  name: `${folder}-imports`,
  comment,
  severity: "error",
  from: inside(folder),
  to: { path: "^src/", pathNot: [`^src/${folder}/`, ...allowed] },
});

/** Packages that `folder` may import; `except` names files that may import more. */
const packages = (folder, allowed, except = []) => ({
  name: `${folder}-packages`,
  severity: "error",
  from: { path: `^src/${folder}/`, pathNot: [test, ...except] },
  to: {
    path: "node_modules/",
    pathNot: allowed.map((name) => `node_modules/(@types/)?${name}(/|$)`),
  },
});

const protocol = "^src/protocol/";
const kit = "^src/kit/";
const bus = "^src/bus/";
const store = "^src/store/";

/** A package that only one place may import. */
const onlyFrom = (name, pattern, from) => ({
  name: `${name}-only-there`,
  comment: `${name} is hidden behind one place, so that it can be replaced`,
  severity: "error",
  from: { path: "^src/", pathNot: [from, test] },
  to: { path: `node_modules/${pattern}` },
});

module.exports = {
  forbidden: [
    parts("protocol", [], "protocol is pure bytes"),
    parts("kit", [], "kit knows nothing of messages"),
    parts("bus", [protocol, kit]),
    parts("store", [protocol, kit, bus]),
    parts("comet", [protocol, kit, bus], "the processes meet on the wire only"),
    parts("logic", [protocol, kit, bus, store], "the processes meet on the wire only"),
    parts("job", [protocol, kit, bus, store], "the processes meet on the wire only"),
    parts("sdk", [protocol], "the SDK runs in browsers"),
    parts("web", ["^src/sdk/"]),
    parts("bench", [protocol, kit], "a load tool measures the system from outside"),
    parts("capacity", [kit], "arithmetic that needs no system"),
    parts(
      "bin",
      [
        kit,
        protocol,
        "^src/sdk/",
        "^src/(comet|logic|job)/(main|config)\\.ts$",
        "^src/logic/(key|user)-tool\\.ts$",
        "^src/(bench|capacity)/command\\.ts$",
      ],
      "the command line starts processes, it does not look into them",
    ),

    packages("protocol", ["protobufjs", "long"]),
    packages("kit", ["pino", "pino-pretty", "prom-client", "zod", "smol-toml"]),
    packages("bus", ["@nats-io", "@opentelemetry/api", "long", "zod"]),
    packages("store", ["ioredis", "long", "zod"]),
    packages("comet", ["zod", "long"], ["^src/comet/transport/"]),
    packages("logic", ["zod", "long", "jose"], ["^src/logic/http/"]),
    packages("job", ["zod", "long"]),
    packages("sdk", []),
    packages("bench", ["commander"]),
    packages("capacity", ["commander"]),
    packages("bin", ["commander", "long"]),

    onlyFrom("uWebSockets.js", "(uWebSockets\\.js|@uwsjs)(/|$)", "^src/comet/transport/"),
    onlyFrom("@nats-io", "@nats-io/", bus),
    onlyFrom("ioredis", "ioredis(/|$)", store),
    onlyFrom("hono", "(hono|@hono)(/|$)", "^src/logic/http/"),
    {
      name: "transport-packages",
      severity: "error",
      from: inside("comet/transport"),
      to: { path: "node_modules/", pathNot: "node_modules/(uWebSockets\\.js|@uwsjs|@types)(/|$)" },
    },
    {
      name: "http-packages",
      severity: "error",
      from: inside("logic/http"),
      to: { path: "node_modules/", pathNot: "node_modules/(hono|@hono|zod|long|@types)(/|$)" },
    },
    {
      name: "no-node-builtins-in-sdk",
      comment: "the SDK, and the protocol it stands on, run in browsers",
      severity: "error",
      from: { path: "^src/(sdk|protocol)/", pathNot: test },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-circular",
      severity: "error",
      from: { path: "^src/", pathNot: gen },
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "a module that nobody imports is dead; entry points and tests are none",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: [test, "\\.d\\.ts$", gen, "^src/web/"] },
      to: {},
    },
    {
      name: "not-to-dev-dep",
      comment: "what is shipped must run without development packages",
      severity: "error",
      from: { path: "^src/", pathNot: [test, "^src/web/"] },
      to: {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["type-only"],
        pathNot: "node_modules/@types/",
      },
    },
    {
      name: "not-to-unlisted",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "not-to-test-code",
      comment: "product code does not use what is made for tests",
      severity: "error",
      from: { path: "^src/", pathNot: test },
      to: { path: ["^test/", test] },
    },
    { name: "not-to-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    exclude: { path: "^src/web/.*\\.html$" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".js", ".mjs", ".json"],
    },
  },
};
