import { defineConfig } from "vitest/config";

/** Tests that start servers share two cores: few workers, generous bounds, no retries. */
const servers = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "scripts/**/*.test.ts", "test/chaos/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/{contract,golden,integration}/**/*.test.ts"],
          ...servers,
        },
      },
      {
        extends: true,
        test: { name: "e2e", include: ["test/{e2e,fault}/**/*.test.ts"], ...servers },
      },
    ],
  },
});
