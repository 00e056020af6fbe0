/*
 * JVM options that users give. The images run Java 17 and 21, which exit at an option that they do not know; many options of
 * real files are for Java 8.
 */
import { format, quoted } from '../input/format';
import { secretOption } from '../kafka/secrets';

/** All options that set the heap, old short forms included. */
const HEAP =
  /^-X?m[sx]|^-XX:((Max|Min|Initial)(HeapSize|RAMPercentage|RAMFraction)|MaxRAM|SoftMaxHeapSize)=|^-XX:\+AggressiveHeap$/;

const LOG = "use -Xlog, for example '-Xlog:gc*'";
const COLLECTOR = "remove it, or choose another collector, for example '-XX:+UseZGC'";

/** Options that Java 17 or 21 does not know, with the remedy. */
const REMOVED: readonly (readonly [name: RegExp, remedy: string])[] = [
  [/^(UseConcMarkSweepGC|UseParNewGC|UseParallelOldGC|CMS\w*|UseCMS\w*)$/, COLLECTOR],
  [/^(Max)?PermSize$/, "use '-XX:MaxMetaspaceSize=…', or remove it"],
  [
    /^(PrintGC(Date|Time)Stamps|PrintGCCause|PrintGCApplication\w*|PrintHeapAtGC|PrintTenuringDistribution|PrintAdaptiveSizePolicy|PrintReferenceGC|PrintPromotionFailure|UseGCLogFileRotation|NumberOfGCLogFiles|GCLogFileSize|TraceClass(Unl|L)oading)$/,
    LOG,
  ],
  [
    /^(AggressiveOpts|UseFastAccessorMethods|UseMembar|UnlockCommercialFeatures|UseCGroupMemoryLimitForHeap|UseStringCache|UseCompressedStrings|UseSplitVerifier|InitialBootClassLoaderMetaspaceSize)$/,
    'remove it',
  ],
  // Java 17 accepts these, and Temurin 21.0.8 does not.
  [
    /^(\w*BiasedLocking\w*|UseOptoBiasInlining|UseContainerCpuShares|PreferContainerQuotaForCPUCount|CriticalJNINatives|FilterSpuriousWakeups|AlwaysLockClassLoader|MinInliningThreshold|G1RSetRegionEntries|PrefetchFieldsAhead|UseHeavyMonitors)$/,
    'remove it',
  ],
];

/** Other options that Java 17 and 21 do not know. */
const REMOVED_FORMS = /^-(Xincgc|Xconcgc|d32|d64|Djava\.(ext|endorsed)\.dirs=.*)$/;

const EXPERIMENTAL = /^(G1(Max)?NewSizePercent|G1MixedGCLiveThresholdPercent|UseEpsilonGC)$/;
const UNLOCK = '-XX:+UnlockExperimentalVMOptions';

const COLLECTORS = /^-XX:\+Use(G1|Z|Parallel|Serial|Shenandoah|Epsilon)GC$/;

/** The garbage collectors that options choose. */
export function collectorsIn(options: readonly string[]): string[] {
  return [...new Set(options.filter((option) => COLLECTORS.test(option)))];
}

/** @throws when a JVM would not start with an option, or an option sets the heap regardless of the memory limit */
export function assertJvmOptions(owner: string, options: readonly string[] = []): void {
  const found = problemOf(options);
  if (found) {
    throw new Error(`jvmOptions of ${owner} contain ${found}`);
  }
}

function problemOf(options: readonly string[]): string | undefined {
  // Kafka's scripts split the variable at white space.
  const several = options.find((option) => !/^-\S+$/.test(option));
  if (several !== undefined) {
    return `${format(secretOption(several) ?? several)}; each item must be one option that starts with '-' and has no white space`;
  }
  const problems = options.flatMap((option, index) => {
    const problem = optionProblem(option, options.slice(0, index));
    return problem === undefined ? [] : [`${quoted(secretOption(option) ?? option)}${problem}`];
  });
  const collectors = collectorsIn(options);
  if (collectors.length > 1) {
    problems.push(`several garbage collectors, ${collectors.join(' and ')}; keep one of them`);
  }
  return problems.length === 0 ? undefined : problems.join(', and ');
}

// The JVM would print a secret in JAVA_TOOL_OPTIONS to its log. It reads the file without a message.
const SECRET_REMEDY =
  "put it into a file of a Secret, and give PodVolume.fromSecret('jvm', 'kafka-jvm', { mountPath: '/etc/jvm' }) in volumes and " +
  "'-XX:VMOptionsFile=/etc/jvm/options' in jvmOptions";

function optionProblem(option: string, before: readonly string[]): string | undefined {
  if (secretOption(option) !== undefined) {
    return `, which is a secret, and the StatefulSet would expose it; ${SECRET_REMEDY}`;
  }
  if (HEAP.test(option)) {
    return '; use the property heap, which is checked against the memory limit';
  }
  const isRemoved = ', which Java 17 or 21 does not know, so the JVM would not start; ';
  if (REMOVED_FORMS.test(option)) {
    return `${isRemoved}remove it`;
  }
  const [, name] = /^-XX:[-+]?(\w+)/.exec(option) ?? [];
  if (name === undefined || before.includes('-XX:+IgnoreUnrecognizedVMOptions')) {
    return undefined;
  }
  const removed = REMOVED.find(([pattern]) => pattern.test(name));
  if (removed) {
    return `${isRemoved}${removed[1]}`;
  }
  return EXPERIMENTAL.test(name) && !before.includes(UNLOCK)
    ? `, which is experimental, so the JVM would not start; add '${UNLOCK}' before it`
    : undefined;
}
