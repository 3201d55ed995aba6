package io.slablab.coordinator.store.index;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;

/** Where an index lies. Prints without user and password. */
public sealed interface StoreLocation {
  /** Beside the runs, where nobody says otherwise. */
  Path DEFAULT = Path.of("runs", "index.db");

  /** A file of SQLite. */
  record Sqlite(Path file) implements StoreLocation {
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * A database of PostgreSQL. Its password is never part of this: the driver takes it from
   * PGPASSWORD or from a .pgpass file.
   *
   * @param jdbcUrl without user
   * @param user empty for who runs this
   */
  record Postgres(String jdbcUrl, String user) implements StoreLocation {
    @Override
    public String toString() {
      return jdbcUrl.replaceFirst("^jdbc:", "").replaceFirst("\\?.*$", "");
    }
  }

  /**
   * Reads {@code sqlite:FILE} or {@code postgresql://[USER@]HOST[:PORT]/DATABASE[?options]}, with
   * or without {@code jdbc:} in front.
   *
   * @throws IllegalArgumentException with what is wrong and what would do; a password is refused
   *     and not repeated
   */
  static StoreLocation parse(String url) {
    String plain = url.replaceFirst("^jdbc:", "").replaceFirst("^postgres:", "postgresql:");
    if (plain.startsWith("sqlite:") && plain.length() > "sqlite:".length()) {
      return new Sqlite(Path.of(plain.substring("sqlite:".length())));
    }
    if (plain.startsWith("postgresql://")) {
      return postgres(plain);
    }
    throw new IllegalArgumentException(
        "the store is neither sqlite:FILE nor postgresql://HOST/DATABASE");
  }

  private static Postgres postgres(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException _) { // its message would repeat the text
      throw new IllegalArgumentException("the store is no URL; write postgresql://HOST/DATABASE");
    }
    String user = uri.getRawUserInfo() == null ? "" : uri.getUserInfo();
    String options = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    if (user.contains(":") || options.toLowerCase(Locale.ROOT).contains("password")) {
      throw new IllegalArgumentException(
          "a password in a URL is seen by everyone on this machine; put it into PGPASSWORD or"
              + " ~/.pgpass");
    }
    String database = uri.getRawPath() == null ? "" : uri.getRawPath();
    if (uri.getHost() == null || database.length() < 2) {
      throw new IllegalArgumentException(
          "the store lacks a host or a database; write postgresql://HOST/DATABASE");
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return new Postgres("jdbc:postgresql://" + uri.getHost() + port + database + options, user);
  }
}
