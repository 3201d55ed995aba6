package io.slablab.coordinator.deploy;

import io.slablab.coordinator.deploy.ssh.HostShell.Executed;
import io.slablab.coordinator.deploy.ssh.SshConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;

/**
 * The two ports by which a coordinator and an agent reach one another through an SSH connection;
 * each has the same number on both sides, because that is how the two call each other.
 *
 * <pre>
 *   agent, 127.0.0.1:coordinatorPort  --SSH-->  coordinator
 *   coordinator, 127.0.0.1:agentPort  --SSH-->  agent
 * </pre>
 *
 * @param coordinatorPort where the coordinator listens
 * @param agentPort where the agent listens
 */
record Tunnel(int coordinatorPort, int agentPort) {

  /**
   * @param coordinator Pekko address
   */
  static Tunnel to(String coordinator) throws IOException {
    int port = Integer.parseInt(coordinator.substring(coordinator.lastIndexOf(':') + 1));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Tunnel(port, free.getLocalPort());
    }
  }

  /**
   * Forwards the ports, also where an earlier connection, which has lost its other end, still holds
   * them on the host.
   *
   * @param place the first arguments of every script
   */
  void open(SshConnection host, List<String> place, Duration deadline) throws IOException {
    Executed done = host.exec(HostScript.TUNNEL.command(place), deadline);
    if (done.exitCode() != 0) {
      throw new IOException("no tunnel: " + HostProbe.lastLine(done.errors()));
    }
    host.forwardLocal(agentPort, agentPort);
    host.forwardRemote(coordinatorPort, coordinatorPort);
  }
}
