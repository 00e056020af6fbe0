import { KafkaCluster } from 'cdk8s-kafka';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

const CERTIFICATES = '/certificates';
const SETTINGS = '/client';

/** A pod with the command-line tools of Kafka and the certificate of a declared client, for `kubectl exec`. */
export function toolbox(scope: Construct, kafka: KafkaCluster, clientName: string): void {
  // The NetworkPolicy of the brokers admits pods with this label.
  const labels = { 'app.kubernetes.io/name': clientName };

  const settings = new k8s.KubeConfigMap(scope, 'ToolboxSettings', {
    metadata: { name: clientName, labels },
    data: {
      'client.properties': [
        'security.protocol=SSL',
        'ssl.keystore.type=PEM',
        `ssl.keystore.location=${CERTIFICATES}/keystore.pem`,
        'ssl.truststore.type=PEM',
        `ssl.truststore.location=${CERTIFICATES}/ca.crt`,
        '',
      ].join('\n'),
    },
  });

  new k8s.KubeDeployment(scope, 'Toolbox', {
    metadata: { name: clientName, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 1,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            fsGroup: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'toolbox',
              image: kafka.version.image,
              command: ['sleep', 'infinity'],
              workingDir: '/opt/kafka/bin',
              env: [
                { name: 'BOOTSTRAP', value: kafka.bootstrapServers },
                { name: 'CONFIG', value: `${SETTINGS}/client.properties` },
                { name: 'KAFKA_HEAP_OPTS', value: '-Xmx128m' },
                // The tools create this folder, and the root file system is read-only.
                { name: 'LOG_DIR', value: '/tmp/logs' },
              ],
              resources: {
                requests: {
                  cpu: k8s.Quantity.fromString('10m'),
                  memory: k8s.Quantity.fromString('64Mi'),
                },
                limits: { memory: k8s.Quantity.fromString('512Mi') },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                readOnlyRootFilesystem: true,
              },
              volumeMounts: [
                { name: 'certificates', mountPath: CERTIFICATES, readOnly: true },
                { name: 'settings', mountPath: SETTINGS, readOnly: true },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
          ],
          volumes: [
            // The pod waits in ContainerCreating until the authority has issued the certificate.
            {
              name: 'certificates',
              secret: { secretName: kafka.clientSecretName(clientName), defaultMode: 0o440 },
            },
            { name: 'settings', configMap: { name: settings.name } },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      },
    },
  });
}
