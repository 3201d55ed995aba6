package io.slablab.coordinator.store.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreLocationTest {

  @Test
  void bothKindsWithOrWithoutJdbc() {
    assertThat(StoreLocation.parse("sqlite:/x/i.db"))
        .isEqualTo(new StoreLocation.Sqlite(Path.of("/x/i.db")))
        .isEqualTo(StoreLocation.parse("jdbc:sqlite:/x/i.db"));
    StoreLocation lab = StoreLocation.parse("postgresql://bench@db:5433/lab?sslmode=verify-full");
    assertThat(lab)
        .isEqualTo(
            new StoreLocation.Postgres(
                "jdbc:postgresql://db:5433/lab?sslmode=verify-full", "bench"));
    assertThat(lab).hasToString("postgresql://db:5433/lab");
    assertThat(StoreLocation.parse("jdbc:postgres://db/lab"))
        .isEqualTo(new StoreLocation.Postgres("jdbc:postgresql://db/lab", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://bench:hunter2@db/lab",
        "postgresql://db/lab?user=bench&password=hunter2",
        "jdbc:postgresql://db/lab?sslPassword=hunter2",
        "postgresql://bench:hunter2 x@db/lab",
      })
  void aPasswordIsRefusedAndNotRepeated(String url) {
    assertThatThrownBy(() -> StoreLocation.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "runs/index.db",
        "mysql://db/lab",
        "sqlite:",
        "postgresql://db",
        "postgresql:///x"
      })
  void whatIsNoStoreSaysWhatIs(String url) {
    assertThatThrownBy(() -> StoreLocation.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("postgresql://HOST/DATABASE");
  }
}
