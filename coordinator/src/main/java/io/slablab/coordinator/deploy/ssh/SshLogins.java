package io.slablab.coordinator.deploy.ssh;

import io.slablab.coordinator.inventory.SshAccess;
import io.slablab.coordinator.inventory.SshAccess.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.password.PasswordIdentityProvider;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/** Logs in on hosts. Threads: any; one for all hosts of a program. */
public final class SshLogins implements AutoCloseable {
  /** For each step of a login: to connect, then to agree on keys and log in. */
  private static final Duration STEP = Duration.ofSeconds(10);

  /** Seldom, because it wakes a host's sshd: what a cut link means is for the cluster to find. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  private static final int WORKERS = 2;

  private final SshClient client;
  private final Path home;
  private final boolean acceptNew;

  private SshLogins(SshClient client, Path home, boolean acceptNew) {
    this.client = client;
    this.home = home;
    this.acceptNew = acceptNew;
  }

  /**
   * @param home of the user, for {@code ~} and the usual files
   * @param acceptNew whether the key of a server that known_hosts has no line for is taken and kept
   */
  public static SshLogins open(Path home, boolean acceptNew) {
    SshClient client = SshClient.setUpDefaultClient();
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    client.setPasswordIdentityProvider(PasswordIdentityProvider.EMPTY_PASSWORDS_PROVIDER);
    client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    client.setAgentFactory(null);
    client.setForwardingFilter(new OurForwards());
    client.setNioWorkers(WORKERS);
    ServerKeys keys = new ServerKeys();
    client.setServerKeyVerifier(keys);
    client.addSessionListener(keys);
    CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, Duration.ZERO);
    CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, HEARTBEAT);
    CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 2);
    client.start();
    return new SshLogins(client, home, acceptNew);
  }

  /**
   * Logs in, through the jumps if there are any.
   *
   * @throws SshException with what did not work, in words for the user
   */
  public SshConnection connect(SshAccess access) throws SshException {
    List<Path> files = PrivateKeys.files(access.privateKey().map(this::path), home.resolve(".ssh"));
    List<KeyPair> keys = new ArrayList<>();
    for (Path file : files) {
      keys.addAll(PrivateKeys.load(file));
    }
    List<Endpoint> way = new ArrayList<>(access.jumps());
    way.add(access.target());
    List<ClientSession> sessions = new ArrayList<>();
    try {
      for (Endpoint hop : way) {
        ClientSession before = sessions.isEmpty() ? null : sessions.getLast();
        sessions.add(login(hop, before, access, keys, files));
      }
      return new MinaConnection(sessions, access.target().place());
    } catch (SshException e) {
      sessions.reversed().forEach(session -> session.close(true));
      throw e;
    }
  }

  private ClientSession login(
      Endpoint hop,
      @Nullable ClientSession before,
      SshAccess access,
      List<KeyPair> keys,
      List<Path> files)
      throws SshException {
    Path known = access.knownHosts().map(this::path).orElse(home.resolve(".ssh/known_hosts"));
    ServerKeys.Expected expected = new ServerKeys.Expected(KnownHosts.read(known, hop), acceptNew);
    Duration patience = access.connectTimeout().orElse(STEP);
    String user =
        hop.user().or(() -> access.target().user()).orElse(System.getProperty("user.name"));
    ClientSession session = connect(hop, before, user, expected, patience);
    try {
      keys.forEach(session::addPublicKeyIdentity);
      session.auth().verify(patience);
      return session;
    } catch (IOException e) {
      boolean answered = expected.accepted();
      session.close(true);
      throw expected
          .refusal()
          .map(why -> new SshException(SshException.Kind.HOST_KEY, why))
          .orElseGet(() -> refused(hop, user, files, answered, Words.of(e, patience), e));
    }
  }

  private ClientSession connect(
      Endpoint hop,
      @Nullable ClientSession before,
      String user,
      ServerKeys.Expected expected,
      Duration patience)
      throws SshException {
    try {
      String host = hop.host();
      int port = hop.port();
      if (before != null) {
        SshdSocketAddress here =
            before.startLocalPortForwarding(
                new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress(host, port));
        host = here.getHostName();
        port = here.getPort();
      }
      return client.connect(user, host, port, expected.context()).verify(patience).getSession();
    } catch (IOException | RuntimeException e) {
      throw new SshException(
          SshException.Kind.UNREACHABLE,
          "no SSH server answers at %s: %s".formatted(hop.place(), Words.of(e, patience)),
          e);
    }
  }

  private static SshException refused(
      Endpoint hop, String user, List<Path> files, boolean answered, String words, IOException e) {
    if (!answered) {
      return new SshException(
          SshException.Kind.UNREACHABLE,
          "the SSH server at %s does not finish: %s".formatted(hop.place(), words),
          e);
    }
    String keys = String.join(", ", files.stream().map(Path::toString).toList());
    return new SshException(
        SshException.Kind.LOGIN,
        "%s does not let %s in with %s: is the public key in that user's authorized_keys?"
            .formatted(hop.place(), user, keys),
        e);
  }

  /** A path of the inventory: from {@code ~}, or as it stands. */
  private Path path(String text) {
    return text.startsWith("~/") ? home.resolve(text.substring(2)) : Path.of(text);
  }

  @Override
  public void close() {
    client.stop();
  }
}
