import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Suites that know a service by its address only. They share one local server. */
const byAddress = ['client/**/service', 'contract', 'channels', 'fuzz', 'graphql', 'load'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

const temporaryFolder = 'test/temporary-folder.ts';

/** The contract waits for minutes and works little: begun last, it would leave one worker idle for as long. */
class ContractFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isContract = ({ moduleId }: TestSpecification) => moduleId.endsWith('/contract/contract.test.ts');
    return (await super.sort(files)).toSorted((a, b) => Number(isContract(b)) - Number(isContract(a)));
  }
}

export default defineConfig({
  test: {
    // Two: every suite with a server of its own has processes beside it.
    maxWorkers: 2,
    sequence: { sequencer: ContractFirst },
    testTimeout: 20_000,
    hookTimeout: 120_000,
    // A busy machine may take seconds for what takes none on an idle one.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: { name: 'parts', include: ['test/**/*.test.ts'], exclude: byAddress, globalSetup: temporaryFolder },
      },
      {
        extends: true,
        test: {
          name: 'service',
          include: byAddress,
          globalSetup: [temporaryFolder, 'test/shared-server.ts'],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
