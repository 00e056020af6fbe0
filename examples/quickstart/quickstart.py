"""The quickstart in Python: its YAML is that of chart.ts, byte for byte."""

from typing import Any

from cdk8s import App, Chart, Size
from cdk8s_kafka import (
    CertificateIssuer,
    CertRotation,
    ControllerQuorumOptions,
    KafkaClient,
    KafkaCluster,
    KafkaMap,
    KafkaVersion,
    NodeGroup,
    NodeIds,
    ServerStorage,
    TopicConfigMap,
    TopicDefinition,
    TopicSyncCronJob,
)
from cdk8s_plus_27 import Cpu
from constructs import Construct


class QuickstartChart(Chart):
    """A KRaft cluster with two maps of three brokers each, small enough for six small nodes."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="kafka")

        storage = ServerStorage.local_volume(storage_class_name="local-nvme", size=Size.mebibytes(900))
        small: dict[str, Any] = {
            "cpu": Cpu.millis(100),
            "memory": Size.mebibytes(1152),
            "heap": Size.mebibytes(320),
        }

        kafka = KafkaCluster(
            self,
            "Kafka",
            cluster_name="events",
            version=KafkaVersion.V4_4,
            controllers=ControllerQuorumOptions(storage=storage, **small),
            clients=[KafkaClient(client_name="shop")],
        )

        KafkaMap(
            self,
            "Streams",
            cluster=kafka,
            map_name="streams",
            topic_patterns=[r"events\..*"],
            broker_ids=NodeIds.between(1001, 1003),
            node_group=NodeGroup.labeled({"cdk8s-kafka.io/node-group": "streams"}),
            storage=storage,
            **small,
        )

        KafkaMap(
            self,
            "Alerts",
            cluster=kafka,
            map_name="alerts",
            topic_patterns=["check_runs|notifications"],
            broker_ids=NodeIds.between(1101, 1103),
            node_group=NodeGroup.labeled({"cdk8s-kafka.io/node-group": "alerts"}),
            storage=storage,
            **small,
        )

        CertRotation(self, "Certificates", cluster=kafka, issuer=CertificateIssuer.built_in())

        topics = TopicConfigMap(
            self,
            "TopicList",
            cluster=kafka,
            topics=[
                TopicDefinition(name="events.clicks", partitions=12, replication_factor=3),
                TopicDefinition(
                    name="events.views",
                    partitions=12,
                    replication_factor=3,
                    config={"retention.ms": "86400000"},
                ),
                TopicDefinition(name="check_runs", partitions=6, replication_factor=3),
                TopicDefinition(
                    name="notifications",
                    partitions=6,
                    replication_factor=3,
                    config={"cleanup.policy": "compact"},
                ),
            ],
        )
        TopicSyncCronJob(self, "Topics", cluster=kafka, topics=[topics])


app = App()
QuickstartChart(app, "quickstart")
app.synth()
