import { Chart, JsonPatch, Size } from 'cdk8s';
import {
  AgentProgram,
  CertRotation,
  CertificateIssuer,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  LogFormat,
  LogLevel,
  NodeGroup,
  NodeIds,
  PodSecurity,
  PodVolume,
  ServerStorage,
  SidecarContainer,
} from 'cdk8s-kafka';
import { Cpu, EnvFieldPaths, EnvValue, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

const REGISTRY = 'registry.example.com';

/** A cluster for OpenShift, with images of a private registry, JSON logs, a sidecar and a patched Service. */
export class CustomizedChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kafka' });

    const storage = ServerStorage.networkVolume({ storageClassName: 'fast', size: Size.gibibytes(100) });
    const logging = {
      format: LogFormat.JSON,
      loggers: { 'kafka.controller': LogLevel.WARN },
    };

    const kafka = new KafkaCluster(this, 'Kafka', {
      clusterName: 'orders',
      version: KafkaVersion.of('4.4.0', `${REGISTRY}/apache/kafka:4.4.0`),
      agent: AgentProgram.bundled(`${REGISTRY}/library/node:24-alpine`),
      controllers: { storage, logging },
      clients: [{ clientName: 'shop' }],
      // All pods of the cluster have these, and each construct can add to them or override them.
      podDefaults: {
        podLabels: { 'example.com/team': 'platform', 'example.com/cost-center': '4711' },
        imagePullSecrets: ['registry-credentials'],
        // A SecurityContextConstraint of OpenShift assigns the ids.
        securityContext: PodSecurity.assigned(),
      },
    });

    // Every object can be patched, also with fields that have no property.
    kafka.bootstrapService.addJsonPatch(JsonPatch.add('/spec/ipFamilyPolicy', 'PreferDualStack'));

    const collectorConfig = new k8s.KubeConfigMap(this, 'CollectorConfig', {
      metadata: { name: 'orders-collector' },
      data: { 'config.yaml': COLLECTOR_CONFIG },
    });
    const collector: SidecarContainer = {
      name: 'collector',
      image: `${REGISTRY}/otel/opentelemetry-collector:0.130.0`,
      args: ['--config=/etc/otelcol/config.yaml'],
      envVariables: {
        POD_NAME: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME),
        OTLP_ENDPOINT: EnvValue.fromValue('http://otlp.monitoring.svc.cluster.local:4318'),
      },
      cpu: Cpu.millis(50),
      memory: Size.mebibytes(192),
      volumeMounts: [{ volumeName: 'collector-config', mountPath: '/etc/otelcol' }],
    };

    new KafkaMap(this, 'Orders', {
      cluster: kafka,
      mapName: 'main',
      topicPatterns: ['orders\\..*'],
      brokerIds: NodeIds.between(1001, 1003),
      nodeGroup: NodeGroup.labeled({ 'node-role.kubernetes.io/kafka': '' }),
      storage,
      logging,
      podAnnotations: { 'example.com/log-parser': 'json' },
      sidecars: [collector],
      volumes: [PodVolume.fromConfigMap('collector-config', collectorConfig.name)],
    });

    new CertRotation(this, 'Certificates', { cluster: kafka, issuer: CertificateIssuer.builtIn() });
  }
}

/** Reads the metrics of the agent in the same pod, and sends them to an OTLP endpoint. */
const COLLECTOR_CONFIG = `\
receivers:
  prometheus:
    config:
      scrape_configs:
        - job_name: kafka-agent
          scrape_interval: 30s
          static_configs:
            - targets: ['127.0.0.1:8080']
              labels:
                pod: \${env:POD_NAME}
exporters:
  otlphttp:
    endpoint: \${env:OTLP_ENDPOINT}
service:
  telemetry:
    metrics:
      level: none
  pipelines:
    metrics:
      receivers: [prometheus]
      exporters: [otlphttp]
`;
