package io.slablab.coordinator.deploy.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.Attributes;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHPosixRenameExtension;
import org.jspecify.annotations.Nullable;

/** A login by MINA's client. */
final class MinaConnection implements SshConnection {
  private static final long MOST_OUTPUT = 32L << 20;
  private static final int MOST_ERRORS = 8 << 10;

  /** OpenSSH drops a connection whose packets are above 256 KiB with all they carry. */
  private static final int SFTP_BLOCK = 128 << 10;

  private static final String LOOPBACK = "127.0.0.1";

  private final List<ClientSession> sessions;
  private final ClientSession session;
  private final String place;

  /**
   * @param sessions one per hop, the host's own last
   * @param place how messages name the host
   */
  MinaConnection(List<ClientSession> sessions, String place) {
    this.sessions = List.copyOf(sessions);
    this.session = sessions.getLast();
    this.place = place;
  }

  @Override
  public Executed exec(String command, Consumer<String> line, Duration deadline)
      throws SshException {
    Head errors = new Head(MOST_ERRORS);
    try (ChannelExec channel = session.createExecChannel(command)) {
      channel.setIn(InputStream.nullInputStream());
      AtomicBoolean tooMuch = new AtomicBoolean();
      LineSink out = new LineSink(line, MOST_OUTPUT, () -> end(channel, tooMuch));
      channel.setOut(out);
      channel.setErr(errors);
      channel.open().verify(deadline);
      Set<ClientChannelEvent> events =
          channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), deadline);
      if (events.contains(ClientChannelEvent.TIMEOUT)) {
        channel.close(true);
        throw broken("a command has not ended within " + deadline.toSeconds() + " s", null);
      }
      if (tooMuch.get()) {
        throw broken("a command prints too much", null);
      }
      out.close();
      return new Executed(exitCode(channel), List.of(), errors.text());
    } catch (SshException e) {
      throw e;
    } catch (IOException e) {
      throw broken(Words.of(e, deadline), e);
    }
  }

  private static void end(ChannelExec channel, AtomicBoolean told) {
    told.set(true);
    channel.close(true);
  }

  private int exitCode(ChannelExec channel) throws SshException {
    Integer status = channel.getExitStatus();
    if (status != null) {
      return status;
    }
    if (channel.getExitSignal() != null) {
      return 128;
    }
    throw broken("the connection ended before the command did", null);
  }

  @Override
  public Running start(String command, Consumer<String> line, Duration deadline)
      throws SshException {
    ChannelExec channel = null;
    try {
      channel = session.createExecChannel(command);
      ChannelExec opened = channel;
      LineSink out = new LineSink(line, MOST_OUTPUT, () -> end(opened, new AtomicBoolean()));
      channel.setOut(out);
      channel.setErr(OutputStream.nullOutputStream());
      CompletableFuture<Integer> exit = new CompletableFuture<>();
      channel.addCloseFutureListener(_ -> {
        out.close();
        try {
          exit.complete(exitCode(opened));
        } catch (SshException e) {
          exit.completeExceptionally(e);
        }
      });
      channel.open().verify(deadline);
      return new RunningCommand(channel, exit);
    } catch (IOException e) {
      if (channel != null) {
        channel.close(true);
      }
      throw broken(Words.of(e, deadline), e);
    }
  }

  private record RunningCommand(ChannelExec channel, CompletionStage<Integer> exit)
      implements Running {
    @Override
    public void close() {
      channel.close(true);
    }
  }

  @Override
  public long upload(String path, int mode, Content content, Duration deadline)
      throws SshException {
    AtomicBoolean late = new AtomicBoolean();
    try (SftpClient sftp = SftpClientFactory.instance().createSftpClient(session)) {
      Thread watch =
          Thread.startVirtualThread(() -> {
            try {
              TimeUnit.NANOSECONDS.sleep(deadline.toNanos());
              late.set(true);
              sftp.getClientChannel().close(true);
            } catch (InterruptedException _) {
              // the upload was in time
            }
          });
      try {
        return upload(sftp, path, mode, content);
      } finally {
        watch.interrupt();
      }
    } catch (IOException e) {
      String why =
          late.get() ? "not done within " + deadline.toSeconds() + " s" : Words.of(e, deadline);
      throw broken("cannot write " + path + ": " + why, e);
    }
  }

  private static long upload(SftpClient sftp, String path, int mode, Content content)
      throws IOException {
    String part = path + ".part";
    Attributes permissions = new Attributes();
    permissions.setPermissions(mode);
    // Made empty first, so that no byte is written before the permissions hold.
    sftp.close(sftp.open(part, EnumSet.of(OpenMode.Create, OpenMode.Truncate, OpenMode.Write)));
    sftp.setStat(part, permissions);
    long bytes;
    try (CountingStream out =
        new CountingStream(sftp.write(part, SFTP_BLOCK, EnumSet.of(OpenMode.Write)))) {
      content.writeTo(out);
      bytes = out.bytes();
    }
    OpenSSHPosixRenameExtension rename = sftp.getExtension(OpenSSHPosixRenameExtension.class);
    if (rename != null && rename.isSupported()) {
      rename.posixRename(part, path);
    } else {
      sftp.rename(part, path);
    }
    return bytes;
  }

  @Override
  public int forwardRemote(int remotePort, int localPort) throws SshException {
    try {
      return session
          .startRemotePortForwarding(
              new SshdSocketAddress(LOOPBACK, remotePort),
              new SshdSocketAddress(LOOPBACK, localPort))
          .getPort();
    } catch (IOException e) {
      throw broken("port " + remotePort + " there cannot be forwarded (AllowTcpForwarding?)", e);
    }
  }

  @Override
  public int forwardLocal(int localPort, int remotePort) throws SshException {
    try {
      return session
          .startLocalPortForwarding(
              new SshdSocketAddress(LOOPBACK, localPort),
              new SshdSocketAddress(LOOPBACK, remotePort))
          .getPort();
    } catch (IOException e) {
      throw broken("port " + localPort + " here cannot be forwarded", e);
    }
  }

  @Override
  public Optional<InetAddress> localAddress() {
    return sessions.size() == 1
            && session.getIoSession().getLocalAddress() instanceof InetSocketAddress here
        ? Optional.of(here.getAddress())
        : Optional.empty();
  }

  @Override
  public boolean isOpen() {
    return session.isOpen();
  }

  @Override
  public void close() {
    sessions.reversed().forEach(hop -> hop.close(true));
  }

  private SshException broken(String what, @Nullable Throwable cause) {
    return new SshException(SshException.Kind.BROKEN, place + ": " + what, cause);
  }
}
