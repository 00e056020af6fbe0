/** Keys of the status ConfigMap of the topic synchronization. */
export const STATUS_KEYS = {
  /** Time of the last run, in ISO 8601. */
  lastRun: 'lastRun',
  result: 'result',
  /** Numbers of topics, as JSON. */
  counts: 'counts',
  problems: 'problems',
  memory: 'memory',
} as const;
