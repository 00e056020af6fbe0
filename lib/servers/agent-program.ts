import { assertImage } from '../kubernetes/names';

/**
 * The program that runs beside Kafka and ZooKeeper in every pod: it gives a server its identity, judges its readiness, holds its
 * stop, and creates topics. A `ControllerQuorum` or `ZookeeperEnsemble` of your own making has its own `agent`.
 */
export class AgentProgram {
  /**
   * The program that comes with this package, mounted from a ConfigMap into a stock Node.js image.
   *
   * Nothing has to be built or pushed; only the image has to be reachable.
   *
   * @param image image with Node.js 24 or newer; default: `node:24-alpine`
   */
  public static bundled(image: string = 'node:24-alpine'): AgentProgram {
    return new AgentProgram(image, true);
  }

  /**
   * An image that contains the program, for clusters that only run images of their own registry.
   *
   * `agent/Dockerfile` in the repository of this package builds it. Its version must be the version of this package.
   */
  public static image(image: string): AgentProgram {
    return new AgentProgram(image, false);
  }

  private constructor(
    /** The container image. */
    public readonly imageName: string,
    /** Whether the program is mounted from a ConfigMap. */
    public readonly isBundled: boolean,
  ) {
    assertImage('image of an AgentProgram', imageName);
  }
}
