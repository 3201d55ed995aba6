package io.slablab.coordinator.deploy.ssh;

import java.io.IOException;
import java.net.SocketAddress;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.signature.Signature;
import org.jspecify.annotations.Nullable;

/** Asks each server for a key of a known type and checks the one it shows. */
final class ServerKeys implements ServerKeyVerifier, SessionListener {
  private static final AttributeKey<Expected> EXPECTED = new AttributeKey<>();

  /** What one connection may meet, and why it was refused. */
  static final class Expected {
    private final KnownHosts known;
    private final boolean acceptNew;
    private volatile @Nullable String refusal;
    private volatile boolean accepted;

    Expected(KnownHosts known, boolean acceptNew) {
      this.known = known;
      this.acceptNew = acceptNew;
    }

    Optional<String> refusal() {
      return Optional.ofNullable(refusal);
    }

    /** Whether the server has proved that it is the one. */
    boolean accepted() {
      return accepted;
    }

    AttributeRepository context() {
      return AttributeRepository.ofKeyValuePair(EXPECTED, this);
    }

    private boolean accepts(PublicKey shown) {
      Optional<String> why = known.refusal(shown);
      if (why.isPresent() && acceptNew && known.knowsNone()) {
        why = add(shown);
      }
      refusal = why.orElse(null);
      accepted = why.isEmpty();
      return accepted;
    }

    private Optional<String> add(PublicKey shown) {
      try {
        known.add(shown);
        return Optional.empty();
      } catch (IOException e) {
        return Optional.of("the new key cannot be kept: " + e.getMessage());
      }
    }
  }

  @Override
  public boolean verifyServerKey(ClientSession session, SocketAddress remote, PublicKey shown) {
    Expected expected = expected(session);
    return expected != null && expected.accepts(shown);
  }

  @Override
  public void sessionCreated(Session session) {
    Expected expected = session instanceof ClientSession client ? expected(client) : null;
    if (expected != null) {
      session.setSignatureFactories(
          ordered(session.getSignatureFactories(), expected.known.keyTypes()));
    }
  }

  private static @Nullable Expected expected(ClientSession session) {
    AttributeRepository context = session.getConnectionContext();
    return context == null ? null : context.getAttribute(EXPECTED);
  }

  private static List<NamedFactory<Signature>> ordered(
      List<NamedFactory<Signature>> factories, List<String> knownTypes) {
    List<NamedFactory<Signature>> first = new ArrayList<>();
    List<NamedFactory<Signature>> rest = new ArrayList<>();
    for (NamedFactory<Signature> factory : factories) {
      String name = factory.getName();
      if (!name.contains("-cert-")) {
        String type = name.startsWith("rsa-sha2-") ? "ssh-rsa" : name;
        (knownTypes.contains(type) ? first : rest).add(factory);
      }
    }
    first.addAll(rest);
    return first;
  }
}
