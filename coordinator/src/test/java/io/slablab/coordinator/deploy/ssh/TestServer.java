package io.slablab.coordinator.deploy.ssh;

import io.slablab.coordinator.inventory.SshAccess;
import io.slablab.coordinator.inventory.SshAccess.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.command.CommandFactory;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.shell.ProcessShellFactory;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** An SSH server in this JVM on a free port of loopback; its commands are real processes. */
public final class TestServer implements AutoCloseable {
  private final SshServer server;
  private final KeyPair hostKey;

  private TestServer(SshServer server, KeyPair hostKey) {
    this.server = server;
    this.hostKey = hostKey;
  }

  /**
   * @param login the only key that logs in
   */
  public static TestServer start(KeyPair login) throws IOException {
    return start(
        login,
        (channel, command) ->
            new ProcessShellFactory(command, "/bin/sh", "-c", command).createShell(channel));
  }

  /**
   * @param commands instead of real processes
   */
  public static TestServer start(KeyPair login, CommandFactory commands) throws IOException {
    KeyPair hostKey = key();
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setNioWorkers(2);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPublickeyAuthenticator(
        (_, shown, _) -> KeyUtils.compareKeys(shown, login.getPublic()));
    server.setCommandFactory(commands);
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    server.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
    server.start();
    return new TestServer(server, hostKey);
  }

  /** P-256, which the JDK makes in no time. */
  public static KeyPair key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes a private key in OpenSSH's format, readable by its owner. */
  public static Path write(KeyPair key, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, out);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  public int port() {
    return server.getPort();
  }

  public Endpoint endpoint() {
    return new Endpoint(Optional.of("tester"), "127.0.0.1", port());
  }

  /** The line that known_hosts has for this server. */
  public String knownHostsLine() {
    return "[127.0.0.1]:" + port() + " " + PublicKeyEntry.toString(hostKey.getPublic()) + "\n";
  }

  /** How to log in here. */
  public SshAccess access(Path key, Path knownHosts, Endpoint... jumps) {
    return new SshAccess(
        endpoint(),
        List.of(jumps),
        Optional.of(key.toString()),
        Optional.of(knownHosts.toString()),
        Optional.empty());
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }
}
