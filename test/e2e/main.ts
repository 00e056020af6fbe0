/*
 * The command line of the end-to-end tests. They use the cluster that KUBECONFIG points at and never install one.
 */
import { KafkaVersion } from '../../lib/kafka/kafka-version';
import { Selection, parseArguments } from './arguments';
import { certificatesCertManager } from './groups/cert-manager';
import { certificatesSecret } from './groups/certificates-secret';
import { certificates, certificatesZookeeper } from './groups/certificates';
import { Group, choosableSteps, runGroup } from './groups/group';
import { kraft } from './groups/kraft';
import { production } from './groups/production';
import { quickstart } from './groups/quickstart';
import { restarts, restartsZookeeper } from './groups/restarts';
import { zookeeper } from './groups/zookeeper';

const GROUPS: Readonly<Record<string, Group>> = {
  quickstart,
  zookeeper,
  production,
  'kraft-3.9': kraft(KafkaVersion.V3_9),
  'kraft-4.1': kraft(KafkaVersion.V4_1),
  'kraft-4.3': kraft(KafkaVersion.V4_3),
  certificates,
  'certificates-zookeeper': certificatesZookeeper,
  'certificates-cert-manager': certificatesCertManager,
  'certificates-secret': certificatesSecret,
  restarts,
  'restarts-zookeeper': restartsZookeeper,
};

const HELP = `Runs the examples on the cluster that KUBECONFIG points at, and checks what comes of them.
Needs kubectl, and the built package (npm run build).

usage: npm run e2e                    a short set: quickstart without failures
       npm run e2e -- GROUP...        all of these groups
       npm run e2e -- GROUP:STEP,...  some steps of a group, beside those that all others need
       npm run e2e -- --short GROUP...  these groups without what takes long
       npm run e2e -- --all           everything
       npm run e2e -- --list          the groups and their steps

E2E_NODES=node-1,node-2,... keeps them to some nodes; groups may then run at the same time.
E2E_NODE_OFF and E2E_NODE_ON are commands that cut the power of a node, and start it again; its name is added to them.
Steps that do so need them.
E2E_API_SERVER_OFF and E2E_API_SERVER_ON are commands that stop the API server, and start it again. Without them network
policies keep the pods from it.

Groups of restarts write dist/e2e/report.md and dist/e2e/report.html.

The tests make namespaces of their own, which must not exist, and remove them; node labels that they set are
set back; local volumes are wiped. What a failure left to look at goes to dist/e2e.
`;

const EXIT = { ok: 0, failed: 1, usage: 64 } as const;

async function main(): Promise<number> {
  const steps = Object.entries(GROUPS).map(([name, group]) => [name, choosableSteps(group)] as const);
  const request = parseArguments(process.argv.slice(2), new Map(steps));
  switch (request.kind) {
    case 'help':
      process.stdout.write(HELP);
      return EXIT.ok;
    case 'list':
      for (const [name, choosable] of steps) {
        process.stdout.write(`${name}: ${GROUPS[name].summary}\n`);
        choosable.forEach((step) => process.stdout.write(`  ${name}:${step}\n`));
      }
      return EXIT.ok;
    case 'mistake':
      process.stderr.write(`${request.message}\n\n${HELP}`);
      return EXIT.usage;
    case 'run':
      return run(request.selections, request.isShort);
  }
}

async function run(selections: readonly Selection[], isShort: boolean): Promise<number> {
  // kubectl would take whatever cluster it was last used with.
  if (!process.env.KUBECONFIG) {
    process.stderr.write(
      'KUBECONFIG is not set; set it to the file of a cluster that may be used for tests\n',
    );
    return EXIT.usage;
  }
  let passed = 0;
  let failed = 0;
  for (const { group, steps } of selections) {
    const tally = await runGroup(group, GROUPS[group], isShort, steps);
    passed += tally.passed;
    failed += tally.failed;
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

void main().then((code) => {
  process.exitCode = code;
});
