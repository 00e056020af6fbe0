/* Sidecars and init containers that users add to servers. */
import { Size } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-27';
import { ServerProps, SidecarContainer } from '../../../lib';
import { OWNERS, SERVERS } from '../../support/servers';
import { Manifest, messageOf, serverParts } from '../../support/testing';

const namesOf = (list: Manifest[]): string[] => list.map(({ name }) => name);

describe.each(SERVERS)('sidecars of %s', (kind, define) => {
  const failureOf = (props: ServerProps) => messageOf(() => define(props));
  const partsOf = (props?: ServerProps) => serverParts(define(props));
  const owner = OWNERS[kind];
  const exporter: SidecarContainer = { name: 'exporter', image: 'registry.example.com/exporter:1.0.0' };

  test('they follow the containers of the package, init containers precede them', () => {
    const { pod } = partsOf({ sidecars: [exporter], initContainers: [{ ...exporter, name: 'fetch' }] });

    expect(namesOf(pod.containers).slice(1)).toEqual(['agent', 'exporter']);
    expect(namesOf(pod.initContainers).slice(0, 2)).toEqual(['fetch', 'init']);
  });

  test('with defaults they have small resources and the restricted security context', () => {
    const { pod, container } = partsOf({ sidecars: [exporter] });

    expect(pod.containers.at(-1)).toEqual({
      name: 'exporter',
      image: 'registry.example.com/exporter:1.0.0',
      imagePullPolicy: 'IfNotPresent',
      env: [],
      ports: [],
      resources: {
        requests: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
        limits: { memory: '128Mi' },
      },
      securityContext: container.securityContext,
      volumeMounts: [],
    });
  });

  test('they do not change containers of the package', () => {
    expect(partsOf({ sidecars: [exporter] }).pod.containers.slice(0, 2)).toEqual(partsOf().pod.containers);
  });

  test.each(['agent', 'init', 'kafka', 'zookeeper'])('fails when a name is %s', (name) => {
    const message = `container name '${name}' of ${owner} is taken; use another name`;

    expect(failureOf({ sidecars: [{ ...exporter, name }] })).toBe(message);
    expect(failureOf({ initContainers: [{ ...exporter, name }] })).toBe(message);
  });

  test('fails when a sidecar and an init container have the same name', () => {
    expect(failureOf({ sidecars: [exporter], initContainers: [exporter] })).toBe(
      `container name 'exporter' of ${owner} is taken; use another name`,
    );
  });

  test.each([0, 65_536, 1.5])('fails when a port is %d', (port) => {
    expect(failureOf({ sidecars: [{ ...exporter, ports: { http: port } }] })).toMatch(
      new RegExp(
        `sidecars\\[0\\]\\.ports\\['http'\\] of a \\w+ is ${port}; use a whole number from 1 to 65535$`,
      ),
    );
  });

  test('fails when it has no memory', () => {
    expect(failureOf({ sidecars: [{ ...exporter, memory: Size.mebibytes(0) }] })).toMatch(
      /sidecars\[0\]\.memory of a \w+ is 0 MiB; use 1 MiB or more$/,
    );
  });

  test.each(['HTTP', '80', 'a-name-too-long-1', 'a--b', ''])(
    "fails when a port has the name '%s'",
    (name) => {
      expect(failureOf({ sidecars: [{ ...exporter, ports: { [name]: 9404 } }] })).toBe(
        `port name '${name}' of container 'exporter' of ${owner} is not valid; use up to 15 lower-case letters, digits and ` +
          "single '-'",
      );
    },
  );

  test('fails when the agent, or another sidecar, has the port', () => {
    const other = { ...exporter, name: 'other', ports: { http: 9404 } };

    expect(failureOf({ sidecars: [{ ...exporter, ports: { http: 8080 } }] })).toBe(
      `port 8080 of container 'exporter' of ${owner} is taken: all containers of a pod share its ports; use another port`,
    );
    expect(failureOf({ sidecars: [{ ...exporter, ports: { http: 9404 } }, other] })).toBe(
      `port 9404 of container 'other' of ${owner} is taken: all containers of a pod share its ports; use another port`,
    );
  });

  test.each(['', 'A=B', '1A', 'A B'])("fails when an environment variable has the name '%s'", (name) => {
    const envVariables = { [name]: EnvValue.fromValue('x') };
    const rule = "is not a valid name; use letters, digits, '_', '.' and '-', not starting with a digit";

    expect(failureOf({ envVariables })).toBe(`environment variable '${name}' of ${owner} ${rule}`);
    expect(failureOf({ sidecars: [{ ...exporter, envVariables }] })).toBe(
      `environment variable '${name}' of container 'exporter' of ${owner} ${rule}`,
    );
  });

  test('fails when two have the same name', () => {
    expect(failureOf({ sidecars: [exporter, exporter] })).toBe(
      `container name 'exporter' of ${owner} is taken; use another name`,
    );
  });

  test.each<[container: SidecarContainer, message: string]>([
    [
      { ...exporter, name: 'Exporter' },
      `container name of ${owner} 'Exporter' is not a DNS label; use lower-case letters, digits and '-', starting with a letter`,
    ],
    [
      { ...exporter, image: 'a b' },
      `image of container 'exporter' of ${owner} is "a b", which is not an image name; expected for example ` +
        "'registry.example.com/shipper:2.1'",
    ],
  ])('fails for %j', (container, message) => {
    expect(failureOf({ sidecars: [container] })).toBe(message);
  });
});
