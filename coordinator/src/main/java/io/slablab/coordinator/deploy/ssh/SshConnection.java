package io.slablab.coordinator.deploy.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A login on a host. Threads: any; every call blocks its own. */
public interface SshConnection extends HostShell, AutoCloseable {

  /** A command that runs on; its standard input is open until it is closed here. */
  interface Running extends AutoCloseable {

    /**
     * Completes with the exit code; with an {@link SshException} when the connection went first.
     */
    CompletionStage<Integer> exit();

    /** Ends its input and leaves it; the remote process goes on if it likes. */
    @Override
    void close();
  }

  /** Writes the bytes of a file that is being uploaded. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  @Override
  Executed exec(String command, Consumer<String> line, Duration deadline) throws SshException;

  /**
   * Starts a command.
   *
   * @param line told of each line of its output, on a thread of the connection; must be quick
   */
  Running start(String command, Consumer<String> line, Duration deadline) throws SshException;

  /**
   * Writes a file: all of it, or nothing under that name.
   *
   * @param path absolute, its folder exists
   * @param mode permissions, as 0600
   * @return bytes sent
   */
  long upload(String path, int mode, Content content, Duration deadline) throws SshException;

  /**
   * Lets the host reach a port of this machine.
   *
   * @param remotePort on the host's loopback; 0 for a free one
   * @param localPort on this machine's loopback
   * @return the port on the host
   */
  int forwardRemote(int remotePort, int localPort) throws SshException;

  /**
   * Lets this machine reach a port of the host.
   *
   * @param localPort on this machine's loopback; 0 for a free one
   * @param remotePort on the host's loopback
   * @return the port on this machine
   */
  int forwardLocal(int localPort, int remotePort) throws SshException;

  /** This machine's address as the host sees it; absent where a jump lies between. */
  Optional<InetAddress> localAddress();

  boolean isOpen();

  @Override
  void close();
}
