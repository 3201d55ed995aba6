package io.slablab.coordinator.store.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Connections to an index, with a deadline on every wait. */
final class Databases {
  private static final String MIGRATIONS = "classpath:io/slablab/coordinator/store/index";

  /** In a database of a lab, others may keep theirs. */
  private static final String POSTGRES_SCHEMA = "slablab";

  /** Another coordinator writes for a moment at the end of its run. */
  private static final int BUSY_TIMEOUT_MS = 10_000;

  private static final int CONNECT_TIMEOUT_S = 5;
  private static final int ANSWER_TIMEOUT_S = 60;

  private Databases() {}

  /** The database with its tables as this version wants them. */
  static DataSource migrated(StoreLocation location) throws IOException {
    return switch (location) {
      case StoreLocation.Sqlite(Path file) -> {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
          Files.createDirectories(folder);
        }
        DataSource source = sqlite(file);
        migrate(Flyway.configure().dataSource(source));
        yield source;
      }
      case StoreLocation.Postgres postgres -> {
        DataSource source = postgres(postgres);
        migrate(
            Flyway.configure()
                .dataSource(source)
                .defaultSchema(POSTGRES_SCHEMA)
                .createSchemas(true));
        yield source;
      }
    };
  }

  private static void migrate(FluentConfiguration configuration) {
    configuration.locations(MIGRATIONS).load().migrate();
  }

  private static DataSource sqlite(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    config.enforceForeignKeys(true);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL); // it can be rebuilt
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  private static DataSource postgres(StoreLocation.Postgres at) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(at.jdbcUrl());
    source.setUser(at.user().isEmpty() ? System.getProperty("user.name") : at.user());
    String password = System.getenv("PGPASSWORD");
    if (password != null) {
      source.setPassword(password); // else the driver looks into .pgpass
    }
    source.setCurrentSchema(POSTGRES_SCHEMA);
    source.setApplicationName("slablab");
    source.setReWriteBatchedInserts(true);
    source.setConnectTimeout(CONNECT_TIMEOUT_S);
    source.setSocketTimeout(ANSWER_TIMEOUT_S);
    source.setLoginTimeout(CONNECT_TIMEOUT_S);
    return source;
  }
}
