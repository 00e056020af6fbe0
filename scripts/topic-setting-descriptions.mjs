// Descriptions of Kafka's settings of topics, for the JSON Schema of topic files. Kafka's tables have names, types and ranges.
export const TOPIC_SETTING_DESCRIPTIONS = {
  'cleanup.policy': 'Treatment of old records: delete, compact or both.',
  'compression.gzip.level': 'Level of gzip, or -1 for its default.',
  'compression.lz4.level': 'Level of LZ4.',
  'compression.type': 'Compression of the records that brokers store; producer keeps that of the producer.',
  'compression.zstd.level': 'Level of Zstandard.',
  'delete.retention.ms': 'Time that a compacted topic keeps tombstones.',
  'errors.deadletterqueue.group.enable': 'True if share groups may use the topic as dead letter queue.',
  'file.delete.delay.ms': 'Time before a file is removed from the disk after its deletion.',
  'flush.messages': 'Number of records after which Kafka forces a flush to the disk.',
  'flush.ms': 'Time after which Kafka forces a flush to the disk.',
  'follower.replication.throttled.replicas':
    'Followers whose replication is throttled: *, or partition:broker pairs.',
  'index.interval.bytes': 'Bytes between two entries of the offset index.',
  'leader.replication.throttled.replicas':
    'Leaders whose replication is throttled: *, or partition:broker pairs.',
  'local.retention.bytes': 'Size of a partition on local disks with tiered storage; -2 for retention.bytes.',
  'local.retention.ms': 'Time on local disks with tiered storage; -2 for retention.ms.',
  'max.compaction.lag.ms': 'Maximum age of a record that is not compacted.',
  'max.decompressed.message.bytes': 'Maximum size of a batch of records after decompression.',
  'max.message.bytes': 'Maximum size of a batch of records after compression.',
  'message.timestamp.after.max.ms':
    'Maximum time by which the timestamp of a record may be after that of the broker.',
  'message.timestamp.before.max.ms':
    'Maximum time by which the timestamp of a record may be before that of the broker.',
  'message.timestamp.type':
    'Origin of timestamps: CreateTime of the producer, or LogAppendTime of the broker.',
  'min.cleanable.dirty.ratio': 'Share of the log that is not compacted, from which compaction starts.',
  'min.compaction.lag.ms': 'Minimum age of a record that is compacted.',
  'min.insync.replicas': 'Replicas that must be in sync for writes with acks=all.',
  preallocate: 'True to allocate the file of a new segment in full.',
  'remote.copy.lag.bytes': 'Size that a partition may have before its segments are copied to remote storage.',
  'remote.copy.lag.ms': 'Age that a segment may have before it is copied to remote storage.',
  'remote.log.copy.disable': 'True to stop copies to remote storage, which becomes read-only.',
  'remote.log.delete.on.disable':
    'True to delete the data in remote storage when tiered storage is disabled.',
  'remote.storage.enable': 'True for tiered storage.',
  'retention.bytes': 'Size that each partition may have; -1 for no limit.',
  'retention.ms': 'Time that Kafka keeps records; -1 for no limit.',
  'segment.bytes': 'Maximum size of a segment.',
  'segment.index.bytes': 'Maximum size of an index.',
  'segment.jitter.ms': 'Maximum random time by which a segment is rolled earlier.',
  'segment.ms': 'Time after which Kafka rolls a segment that is not full.',
  'unclean.leader.election.enable':
    'True if a replica that is not in sync may become leader, which loses records.',
};
