/* Containers and volumes that users add to servers, and checksums that restart pods after patches. */
import { ApiObject, JsonPatch, Size } from 'cdk8s';
import { Cpu, EnvValue, Secret } from 'cdk8s-plus-27';
import { PodVolume, ServerProps, SidecarContainer, ZookeeperEnsemble } from '../../../lib';
import { newBrokers, newCluster } from '../../support/cases';
import { OWNERS, SERVERS, Server } from '../../support/servers';
import { Manifest, collectWarnings, messageOf, newChart, serverParts } from '../../support/testing';

const namesOf = (list: Manifest[]): string[] => list.map(({ name }) => name);

describe.each(SERVERS)('%s', (kind, define) => {
  const failureOf = (props: ServerProps) => messageOf(() => define(props));
  const partsOf = (props?: ServerProps) => serverParts(define(props));
  const owner = OWNERS[kind];

  afterEach(() => void jest.restoreAllMocks());

  describe('volumes', () => {
    const volumes = [
      PodVolume.fromConfigMap('plugins', 'kafka-plugins', { mountPath: '/opt/plugins' }),
      PodVolume.fromSecret('keytab', 'kafka-keytab', { mountPath: '/etc/keytab', readOnly: true }),
      PodVolume.fromEmptyDir('scratch', Size.mebibytes(512), { mountPath: '/scratch' }),
      PodVolume.fromPersistentVolumeClaim('dumps', 'heap-dumps', { mountPath: '/dumps', readOnly: false }),
      PodVolume.fromEmptyDir('shared', Size.gibibytes(1)),
    ];

    test('every kind is a volume of the pod', () => {
      expect(partsOf({ volumes }).pod.volumes.slice(-5)).toEqual([
        { name: 'plugins', configMap: { name: 'kafka-plugins' } },
        { name: 'keytab', secret: { secretName: 'kafka-keytab' } },
        { name: 'scratch', emptyDir: { sizeLimit: '512Mi' } },
        { name: 'dumps', persistentVolumeClaim: { claimName: 'heap-dumps' } },
        { name: 'shared', emptyDir: { sizeLimit: '1Gi' } },
      ]);
    });

    test('the container of the server mounts those with a mountPath, read-only by default', () => {
      expect(partsOf({ volumes }).container.volumeMounts.slice(-4)).toEqual([
        { name: 'plugins', mountPath: '/opt/plugins', readOnly: true },
        { name: 'keytab', mountPath: '/etc/keytab', readOnly: true },
        { name: 'scratch', mountPath: '/scratch', readOnly: false },
        { name: 'dumps', mountPath: '/dumps', readOnly: false },
      ]);
    });

    test('sidecars and init containers mount them, read-only by default', () => {
      const container = (name: string): SidecarContainer => ({
        name,
        image: 'busybox',
        volumeMounts: [
          { volumeName: 'plugins', mountPath: '/plugins' },
          { volumeName: 'shared', mountPath: '/shared', readOnly: false },
          { volumeName: 'data-0', mountPath: '/data' },
          { volumeName: 'tmp', mountPath: '/tmp', readOnly: false },
        ],
      });
      const { pod } = partsOf({
        volumes,
        sidecars: [container('shipper')],
        initContainers: [container('fetch')],
      });

      for (const { volumeMounts } of [pod.containers.at(-1), pod.initContainers[0]]) {
        expect(volumeMounts).toEqual([
          { name: 'plugins', mountPath: '/plugins', readOnly: true },
          { name: 'shared', mountPath: '/shared', readOnly: false },
          { name: 'data-0', mountPath: '/data', readOnly: true },
          { name: 'tmp', mountPath: '/tmp', readOnly: false },
        ]);
      }
    });

    test.each(['other', 'data-1', 'stores', 'kubernetes-api', 'certificates-cluster'])(
      'fails when a sidecar mounts %s, which it cannot',
      (volumeName) => {
        const volumeMounts = [{ volumeName, mountPath: '/x' }];

        expect(failureOf({ volumes, sidecars: [{ name: 'shipper', image: 'busybox', volumeMounts }] })).toBe(
          `container 'shipper' of ${owner} mounts volume '${volumeName}', and the pod has only plugins, keytab, scratch, ` +
            "dumps, shared, tmp, data-0 to mount; add it to 'volumes', or use one of these",
        );
      },
    );

    test.each([
      [['/x', '/x'], (who: string) => `mountPath '/x' is used twice in ${who}; use another path`],
      [['/x', '/x/'], (who: string) => `mountPath '/x/' is used twice in ${who}; use another path`],
      [['x'], (who: string) => `mountPath of ${who} is 'x'; use an absolute path without ':'`],
      [['/x:y'], (who: string) => `mountPath of ${who} is '/x:y'; use an absolute path without ':'`],
    ])('fails when a sidecar has the mount paths %j', (mountPaths, message) => {
      const volumeMounts = mountPaths.map((mountPath) => ({ volumeName: 'tmp', mountPath }));

      expect(failureOf({ sidecars: [{ name: 'shipper', image: 'busybox', volumeMounts }] })).toBe(
        message(`container 'shipper' of ${owner}`),
      );
    });

    test('fails when two have the same name', () => {
      expect(failureOf({ volumes: [volumes[0], volumes[0]] })).toBe(
        `volume name 'plugins' is used twice in ${owner}; use another name`,
      );
    });

    test('fails when two have the same mountPath', () => {
      const other = PodVolume.fromSecret('other', 'other', { mountPath: '/opt/plugins' });

      expect(failureOf({ volumes: [volumes[0], other] })).toBe(
        `mountPath '/opt/plugins' is used twice in volumes of ${owner}; use another path`,
      );
    });

    test('fails when a volume is not a PodVolume', () => {
      const volume = { name: 'plugins', hostPath: { path: '/' } } as unknown as PodVolume;

      expect(failureOf({ volumes: [volume] })).toMatch(
        /^(controllers\.)?volumes\[0\] of a \w+ is \{"name":"plugins","hostPath":\{"path":"\/"\}\}; expected for example PodVolume\./,
      );
    });
  });

  describe('envVariables', () => {
    test.each([
      ['DB_PASSWORD', 'hunter2'],
      ['DB_PASS', 'hunter2'],
      ['API_KEY', 'hunter2'],
      ['MY_OPTIONS', '-Dx=y -Djavax.net.ssl.keyStorePassword=hunter2'],
    ])('warns when %s is a secret in plain text', (name, value) => {
      const warnings = collectWarnings();
      define({ envVariables: { [name]: EnvValue.fromValue(value) } });

      expect(warnings).toEqual([
        `cdk8s-kafka: warning: environment variable '${name}' of ${owner} is plain text and looks like a secret, which the YAML ` +
          "would expose; use EnvValue.fromSecretValue({ secret, key: 'password' })",
      ]);
    });

    test.each([
      ['DB_PASSWORD', '$(OTHER)'],
      ['DB_PASSWORD', ''],
      ['DB_PASSWORD_FILE', '/etc/db/password'],
      ['GOOGLE_APPLICATION_CREDENTIALS', '/etc/gcp/key.json'],
      ['MY_OPTIONS', '-Dpassword=$(OTHER)'],
    ])('%s=%s causes no warning', (name, value) => {
      const warnings = collectWarnings();
      define({ envVariables: { [name]: EnvValue.fromValue(value) } });

      expect(warnings).toEqual([]);
    });

    test('the server has them; values of Secrets are references', () => {
      const secret = Secret.fromSecretName(newChart(), 'Vault', 'vault');
      const { container, agent } = partsOf({
        envVariables: {
          REGION: EnvValue.fromValue('eu-central-1'),
          TOKEN: EnvValue.fromSecretValue({ secret, key: 'token' }),
        },
      });

      expect(container.env.slice(-2)).toEqual([
        { name: 'REGION', value: 'eu-central-1' },
        { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'vault', key: 'token' } } },
      ]);
      expect(namesOf(agent.env)).not.toContain('REGION');
    });

    test('fails when the construct sets the variable', () => {
      const [{ name }] = partsOf().container.env;

      expect(failureOf({ envVariables: { [name]: EnvValue.fromValue('x') } })).toBe(
        `environment variable '${name}' of ${owner} is set by the construct; use heap, jvmOptions or logging instead`,
      );
    });
  });

  test('agentResources are those of both containers of the agent', () => {
    const { pod, agent } = partsOf({
      agentResources: { cpu: Cpu.millis(70), memory: Size.mebibytes(384) },
    });
    const init = pod.initContainers.find(({ name }: Manifest) => name === 'init');

    for (const container of [agent, init]) {
      expect(container.resources).toEqual({
        requests: { cpu: '70m', memory: '384Mi', 'ephemeral-storage': '64Mi' },
        limits: { memory: '384Mi' },
      });
      expect(container.env).toContainEqual({
        name: 'NODE_OPTIONS',
        value: '--max-old-space-size=192 --max-semi-space-size=1',
      });
    }
  });

  describe('patches of the ConfigMap', () => {
    const annotationsAfter = (patch: (configMap: ApiObject, data: Manifest) => void) => {
      const server = define();
      const before = serverParts(server);
      patch(server.configMap as ApiObject, before.data);
      const { annotations } = serverParts(server);
      return Object.keys(annotations).filter((name) => annotations[name] !== before.annotations[name]);
    };
    const settings = kind === 'ZooKeeper servers' ? 'zoo.cfg' : 'server.properties';

    test('other settings change the checksum of settings only', () => {
      expect(
        annotationsAfter((configMap, data) =>
          configMap.addJsonPatch(JsonPatch.replace(`/data/${settings}`, `${data[settings]}new.setting=1\n`)),
        ),
      ).toEqual(['cdk8s-kafka.io/restart-settings']);
    });

    test.each<[field: string, value: unknown, annotation: string]>([
      ['namespace', 'other', 'cdk8s-kafka.io/restart-identity'],
      ['maxForceSeconds', 7, 'cdk8s-kafka.io/restart-stopping'],
    ])('another %s in agent.json changes its checksum only', (field, value, annotation) => {
      expect(
        annotationsAfter((configMap, data) => {
          const patched = JSON.stringify({ ...JSON.parse(data['agent.json']), [field]: value });
          configMap.addJsonPatch(JsonPatch.replace('/data/agent.json', patched));
        }),
      ).toEqual([annotation]);
    });

    test('a label changes no checksum', () => {
      expect(
        annotationsAfter((configMap) =>
          configMap.addJsonPatch(JsonPatch.add('/metadata/labels/team', 'platform')),
        ),
      ).toEqual([]);
    });
  });
});

test('a patch of the logging configuration changes its checksum only', () => {
  const brokers = newBrokers(newCluster(newChart()));
  const before = serverParts(brokers).annotations;
  brokers.configMap.addJsonPatch(JsonPatch.replace('/data/log4j2.yaml', 'Configuration: {}\n'));
  const after = serverParts(brokers).annotations;

  expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual([
    'cdk8s-kafka.io/restart-logging',
  ]);
});

describe('memory of agents', () => {
  const memoryOf = (server: Server) => serverParts(server).agent.resources.limits.memory;

  test.each([
    [Size.gibibytes(4), '256Mi'],
    [Size.gibibytes(8), '256Mi'],
    [Size.gibibytes(16), '512Mi'],
    [Size.gibibytes(32), '1Gi'],
    [Size.gibibytes(256), '1Gi'],
  ])('it grows with the memory of brokers (%#)', (memory, expected) => {
    expect(memoryOf(newBrokers(newCluster(newChart()), { memory }))).toBe(expected);
  });

  test('it does not grow with the memory of controllers and ZooKeeper servers', () => {
    const memory = Size.gibibytes(32);

    expect(memoryOf(newCluster(newChart(), { controllers: { memory } }).controllers!)).toBe('256Mi');
    expect(memoryOf(new ZookeeperEnsemble(newChart(), 'Zookeeper', { memory }))).toBe('256Mi');
  });
});
