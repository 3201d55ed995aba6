package io.slablab.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() throws IOException {
    Manifest manifest =
        new Manifest(
            Manifest.SCHEMA,
            "0.1.0",
            "ab12",
            "quick",
            null,
            42,
            "2026-01-02T03:04:05Z",
            Map.of("-P trial.measure", "1s"),
            Map.of("suite.yaml", Manifest.digest("x")));
    Path file = folder.resolve("manifest.json");
    manifest.write(file);
    assertThat(Manifest.read(file)).isEqualTo(manifest);
  }

  @Test
  void digestIsSha256OfTheText() {
    assertThat(Manifest.digest("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
