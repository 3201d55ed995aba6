package io.slablab.coordinator.inventory;

import io.slablab.coordinator.inventory.SshAccess.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names, ports and destinations as ssh writes them. Throws in words for the user. */
final class SshWords {
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*|[0-9a-fA-F:.]+(%\\w+)?");
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@\\\\-]*");
  private static final Pattern DESTINATION =
      Pattern.compile("(?:ssh://)?(?:(.+)@)?(?:\\[([^\\]]+)]|([^\\[\\]:@]+))(?::(\\d+))?");
  private static final int MOST_PORT = 65_535;

  private SshWords() {}

  static String host(String text) {
    if (!HOST.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is no name or address of a host");
    }
    return text;
  }

  static String user(String text) {
    if (!USER.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is no name of a user");
    }
    return text;
  }

  static int port(String text) {
    if (!text.matches("\\d{1,5}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > MOST_PORT) {
      throw new IllegalArgumentException("'" + text + "' is no port: 1 to " + MOST_PORT);
    }
    return Integer.parseInt(text);
  }

  /** {@code [user@]host[:port]}; an address with colons stands in brackets. */
  static Endpoint destination(String text) {
    Matcher parts = DESTINATION.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not [user@]host[:port]");
    }
    String host = parts.group(2) == null ? parts.group(3) : parts.group(2);
    int port = parts.group(4) == null ? SshAccess.PORT : port(parts.group(4));
    return new Endpoint(Optional.ofNullable(parts.group(1)).map(SshWords::user), host(host), port);
  }

  /** Destinations joined by commas, as in ProxyJump; {@code none} is none. */
  static List<Endpoint> jumps(String text) {
    List<Endpoint> jumps = new ArrayList<>();
    if (!text.equalsIgnoreCase("none")) {
      for (String destination : text.split(",", -1)) {
        jumps.add(destination(destination.strip()));
      }
    }
    return jumps;
  }
}
