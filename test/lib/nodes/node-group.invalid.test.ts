import { InstanceType, NodeGroup, NodeGroupOptions } from '../../../lib';
import { messageOf } from '../../support/testing';

const failureOf = (options: object) => messageOf(() => NodeGroup.any(options as NodeGroupOptions));

test.each<[options: object, message: string]>([
  [
    { taints: [{ key: '' }] },
    "taint of a NodeGroup '' is not a valid key; use letters, digits, '-', '_' and '.', optionally after a domain and '/'",
  ],
  [
    { taints: [{ key: 'a b' }] },
    "taint of a NodeGroup 'a b' is not a valid key; use letters, digits, '-', '_' and '.', optionally after a domain and '/'",
  ],
  [
    { taints: [{ key: 'dedicated', value: 'a b' }] },
    "taint of a NodeGroup 'dedicated' has the value \"a b\"; use up to 63 letters, digits, '-', '_' and '.', as a string",
  ],
  [
    { taints: [{ key: 'dedicated', effect: 'noschedule' }] },
    'taints[0].effect of a NodeGroup is "noschedule"; it must be one of "NoSchedule", "PreferNoSchedule", "NoExecute"',
  ],
  [{ taints: 'kafka' }, 'taints of a NodeGroup must be a list such as [{ … }], got "kafka"'],
  [{ taints: [undefined] }, 'taints of a NodeGroup must have no undefined items, got [null]'],
  [
    { zones: ['zone a'] },
    "zone of a NodeGroup, the label 'topology.kubernetes.io/zone' has the value \"zone a\"; use up to 63 letters, digits, '-', " +
      "'_' and '.', as a string",
  ],
  [{ zones: 'zone-a' }, 'zones of a NodeGroup must be a list such as [\'zone-a\'], got "zone-a"'],
  [
    { zones: ['zone-a', 'zone-a'] },
    'zones of a NodeGroup are ["zone-a","zone-a"]; they must be a list with each zone once',
  ],
])('fails for %j', (options, message) => {
  expect(failureOf(options)).toBe(message);
});

test.each<[labels: unknown, message: string]>([
  [
    { team: 'a b' },
    "label of a NodeGroup 'team' has the value \"a b\"; use up to 63 letters, digits, '-', '_' and '.', as a string",
  ],
  [
    'fast',
    "labels of a NodeGroup must be an object such as { 'kafka.example.com/group': 'fast' }, got \"fast\"",
  ],
])('fails when labels are %j', (labels, message) => {
  expect(messageOf(() => NodeGroup.labeled(labels as Record<string, string>))).toBe(message);
});

test.each<[factory: string, define: (options: never) => NodeGroup]>([
  ['any', (options) => NodeGroup.any(options)],
  ['labeled', (options) => NodeGroup.labeled({ team: 'a' }, options)],
  ['ofInstanceType', (options) => NodeGroup.ofInstanceType(InstanceType.I3_2XLARGE, options)],
])('fails when the options of %s are null', (_, define) => {
  expect(messageOf(() => define(null as never))).toBe('props of a NodeGroup must be an object, got null');
});
