package io.slablab.agent.protocol;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/**
 * Whose certificate a process was shown at each address that it connected to: who claims to live at
 * an address can be asked for its name there, and nobody else can answer. Threads: any.
 */
public final class ShownNames implements Extension {
  /** More nodes than a campaign sees; a hostile one cannot fill the memory with addresses. */
  private static final int MOST = 100_000;

  private static final Id ID = new Id();

  private final Map<String, String> names = new ConcurrentHashMap<>();

  private ShownNames() {}

  private static final class Id extends AbstractExtensionId<ShownNames> {
    @Override
    public ShownNames createExtension(ExtendedActorSystem system) {
      return new ShownNames();
    }
  }

  public static ShownNames of(ClassicActorSystemProvider system) {
    return ID.get(system);
  }

  /** The last name that was shown at a node's address; empty before there was a connection. */
  public Optional<String> at(Address node) {
    return node.getHost()
        .flatMap(host -> node.getPort().map(port -> place(host, port)))
        .flatMap(place -> Optional.ofNullable(names.get(place)));
  }

  void shown(String host, int port, String name) {
    String place = place(host, port);
    if (names.size() < MOST || names.containsKey(place)) {
      names.put(place, name);
    }
  }

  static String place(String host, int port) {
    return host + ":" + port;
  }
}
