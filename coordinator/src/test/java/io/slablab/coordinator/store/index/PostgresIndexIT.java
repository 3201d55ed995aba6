package io.slablab.coordinator.store.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same contract in a real server. */
class PostgresIndexIT extends IndexContract {
  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS slablab CASCADE");
    }
  }

  @Override
  StoreLocation location() {
    return StoreLocation.parse("postgresql://postgres@localhost:" + server.getPort() + "/postgres");
  }

  @Test
  void itKeepsToASchemaOfItsOwn() throws Exception {
    CampaignIndex.open(location());
    List<String> schemas = new ArrayList<>();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_schema"
                    + " NOT IN ('pg_catalog', 'information_schema')")) {
      while (rows.next()) {
        schemas.add(rows.getString(1));
      }
    }
    assertThat(schemas).containsExactly("slablab");
  }

  @Test
  void twoLabsShareAnIndexAndARebuildOfOneKeepsTheOther() throws IOException {
    SmallRun.write(folder.resolve("one/aa"), "aa", "2026-02-03T04:05:06Z", "k1");
    SmallRun.write(folder.resolve("two/bb"), "bb", "2026-02-04T04:05:06Z", "k1");
    Reindex.into(location(), List.of(folder.resolve("one")));
    Reindex.into(location(), List.of(folder.resolve("two")));

    assertThat(CampaignIndex.open(location()).campaigns(null, 10)).hasSize(2);
  }

  @Test
  void aServerThatIsNotThereIsTroubleSoon() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() ->
            CampaignIndex.open(StoreLocation.parse("postgresql://me@localhost:" + port + "/lab")))
        .isInstanceOf(IndexTrouble.class)
        .hasMessageStartingWith("postgresql://localhost:" + port + "/lab: ")
        .hasMessageNotContaining("me@");
  }
}
