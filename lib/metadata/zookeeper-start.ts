/*
 * Start of brokers in ZooKeeper mode. A broker exits immediately ("NodeExists") if it starts before its old session has
 * expired. After a crash the session lasts up to zookeeper.session.timeout.ms, and the kubelet's back-off would delay the
 * start by minutes. The container therefore restarts Kafka itself until the old session must have expired.
 */
import { SERVER_PROPERTIES } from '../servers/kafka-workload';

/** Command of the Kafka container of brokers in ZooKeeper mode. */
export function startAfterOldSession(sessionTimeoutMs: number): string[] {
  const seconds = Math.ceil(sessionTimeoutMs / 1000) + 12;
  return ['/bin/bash', '-c', SCRIPT, 'start', String(seconds), SERVER_PROPERTIES];
}

const SCRIPT = `deadline=$1
properties=$2
stopping=
trap 'stopping=yes; [ -n "$server" ] && kill -TERM "$server" 2>/dev/null' TERM INT
code=143
while [ -z "$stopping" ]; do
  /opt/kafka/bin/kafka-server-start.sh "$properties" &
  server=$!
  # A signal may have arrived before the server was started.
  [ -n "$stopping" ] && kill -TERM "$server" 2>/dev/null
  # A signal ends 'wait' before Kafka has ended.
  while
    wait "$server"
    code=$?
    kill -0 "$server" 2>/dev/null
  do :; done
  if [ "$code" -eq 0 ] || [ "$SECONDS" -ge "$deadline" ]; then
    break
  fi
  [ -n "$stopping" ] && break
  echo "Kafka exited with code $code after $SECONDS s, which it does until its old ZooKeeper session has expired; starting it again" >&2
  # In the background, so that a signal ends the pause.
  sleep 2 &
  wait $!
done
exit "$code"
`;
