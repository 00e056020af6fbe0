/*
 * The command line of the end-to-end tests. They use the cluster of KUBECONFIG and never install one.
 */
import { KafkaVersion } from '../../lib/kafka/kafka-version';
import { Selection, parseArguments } from './arguments';
import { certificatesCertManager } from './groups/cert-manager';
import { certificatesSecret } from './groups/certificates-secret';
import { certificates, certificatesZookeeper } from './groups/certificates';
import { controllers } from './groups/controllers';
import { bootstrap, gitops } from './groups/gitops';
import { Group, choosableSteps, runGroup } from './groups/group';
import { kraft } from './groups/kraft';
import { production } from './groups/production';
import { quickstart } from './groups/quickstart';
import { recovery, recoveryZookeeper } from './groups/recovery';
import { restarts, restartsZookeeper } from './groups/restarts';
import { topics, topicsZookeeper } from './groups/topics';
import { zookeeper } from './groups/zookeeper';
import { OUTSIDE_COMMANDS } from './setup/outside-commands';

const GROUPS: Readonly<Record<string, Group>> = {
  quickstart,
  zookeeper,
  production,
  'kraft-3.9': kraft(KafkaVersion.V3_9),
  'kraft-4.1': kraft(KafkaVersion.V4_1),
  'kraft-4.3': kraft(KafkaVersion.V4_3),
  controllers,
  certificates,
  'certificates-zookeeper': certificatesZookeeper,
  'certificates-cert-manager': certificatesCertManager,
  'certificates-secret': certificatesSecret,
  recovery,
  'recovery-zookeeper': recoveryZookeeper,
  restarts,
  'restarts-zookeeper': restartsZookeeper,
  bootstrap,
  gitops,
  topics,
  'topics-zookeeper': topicsZookeeper,
};

const HELP = `Runs the examples on the cluster of KUBECONFIG and checks the results.
Needs kubectl and the built package (npm run build).

usage: npm run e2e                    a short set: quickstart without failures
       npm run e2e -- GROUP...        all steps of these groups
       npm run e2e -- GROUP:STEP,...  some steps of a group, and the steps that they require
       npm run e2e -- --short GROUP...  these groups without their long steps
       npm run e2e -- --all           everything
       npm run e2e -- --list          the groups and their steps

E2E_NODES=node-1,node-2,... restricts the tests to these nodes, so that groups can run at the same time.
Some steps need commands outside of Kubernetes. The tests append the names in capitals as arguments:
${Object.entries(OUTSIDE_COMMANDS)
  .map(([name, purpose]) => `  ${name.padEnd(20)} ${purpose}`)
  .join('\n')}
Without commands for the API server, network policies block it for the pods.

Groups of restarts write dist/e2e/report.md and dist/e2e/report.html.

The tests create their own namespaces, which must not exist, and delete them. They restore node labels and wipe local
volumes. After a failure, dist/e2e contains logs, events and descriptions.
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
    case 'invalid':
      process.stderr.write(`${request.message}\n\n${HELP}`);
      return EXIT.usage;
    case 'run':
      return run(request.selections, request.isShort);
  }
}

async function run(selections: readonly Selection[], isShort: boolean): Promise<number> {
  // Without it, kubectl uses the current context of the user.
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
