import { assertImage } from '../kubernetes/names';
import { isOfType, markType } from '../input/type-mark';
import { Kind, kind } from '../input/kinds';

/** Image with Node.js for the bundled programs. */
const NODE_IMAGE = 'docker.io/library/node:24.21.0-alpine';

/**
 * The agent: programs that run beside Kafka and ZooKeeper in every pod. They set the identity of a server, decide its
 * readiness, delay its stop in the preStop hook, create topics, and issue certificates.
 */
export class AgentProgram {
  /**
   * The programs of this package, mounted from ConfigMaps into a stock Node.js image. No image has to be built.
   *
   * @param image image with Node.js 24 or newer; default: `docker.io/library/node:24.21.0-alpine`
   */
  public static bundled(image: string = NODE_IMAGE): AgentProgram {
    assertImage('image of AgentProgram.bundled()', image, NODE_IMAGE);
    return new AgentProgram(image, true);
  }

  /**
   * An image that contains the programs under `/opt/cdk8s-kafka`. `agent/Dockerfile` in the repository of this package builds
   * it. Its version must be the version of this package.
   */
  public static image(image: string): AgentProgram {
    assertImage('image of AgentProgram.image()', image, 'registry.example.com/agent:0.1.0');
    return new AgentProgram(image, false);
  }

  /** True if the value is a AgentProgram. */
  public static isAgentProgram(value: unknown): value is AgentProgram {
    return isOfType(value, 'AgentProgram');
  }

  private constructor(
    /** The container image. */
    public readonly imageName: string,
    /** True if the programs are mounted from ConfigMaps. */
    public readonly isBundled: boolean,
  ) {
    markType(this, 'AgentProgram');
  }
}

/** The kind of a AgentProgram. */
export const AGENT_PROGRAM: Kind<AgentProgram> = kind(AgentProgram.isAgentProgram, 'AgentProgram.bundled()');
