import type { Plugin } from 'esbuild';

/** Plugin of esbuild that reduces the Kafka client to what the programs of the pods use. */
export declare const smallKafkaClient: Plugin;
