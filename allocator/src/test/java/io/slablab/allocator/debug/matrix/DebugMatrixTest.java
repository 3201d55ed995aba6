package io.slablab.allocator.debug.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.debug.DebugFeature;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every feature under every design, for mm_structs and tc_actions. */
class DebugMatrixTest {
  private static final DebugMatrix MATRIX =
      DebugMatrix.run(() -> HostMachine.of(HostConfig.uniform(2, 1)));

  static List<DebugMatrix.Cell> cells() {
    return MATRIX.cells();
  }

  private static int kinds(DebugMatrix.Cell cell) {
    return switch (cell.feature()) {
      case SLUB_DEBUG -> cell.design() == MatrixDesign.BASELINE ? 5 : 4;
      case KASAN, KFENCE -> 5;
      case KMEMLEAK -> 2;
      case DEBUG_OBJECTS -> 4;
    };
  }

  /**
   * What lives without a defect make a feature say under the series as posted. An object of a kind
   * of action that is larger than its cache's is a defect of the series itself.
   */
  private static Set<String> saidAsPosted(DebugFeature feature, MatrixUser user) {
    boolean mm = user == MatrixUser.MM;
    return switch (feature) {
      case SLUB_DEBUG -> mm ? Set.of() : Set.of("right red zone overwritten");
      case KASAN -> Set.of("slab-use-after-free", "slab-out-of-bounds");
      case KMEMLEAK -> Set.of("unreferenced percpu area");
      case DEBUG_OBJECTS -> mm ? Set.of("free active") : Set.of();
      case KFENCE -> mm ? Set.of("use-after-free") : Set.of("out-of-bounds");
    };
  }

  /** Sampled objects are never destructed; checked slabs keep what an object overran. */
  private static boolean leaksAsPosted(DebugMatrix.Cell cell) {
    return switch (cell.feature()) {
      case KFENCE -> true;
      case SLUB_DEBUG -> cell.user() == MatrixUser.TC;
      case KASAN, KMEMLEAK, DEBUG_OBJECTS -> false;
    };
  }

  @ParameterizedTest
  @MethodSource("cells")
  void livesAreCleanAndPlantedBugsAreFound(DebugMatrix.Cell cell) {
    assertThat(cell.planted()).hasSize(kinds(cell)).doesNotContainValue(false);
    if (cell.design() == MatrixDesign.AS_POSTED) {
      assertThat(cell.lives().reports().keySet())
          .containsAll(saidAsPosted(cell.feature(), cell.user()));
      assertThat(cell.lives().leakedBytes() > 0).isEqualTo(leaksAsPosted(cell));
    } else {
      assertThat(cell.lives().reports()).isEmpty();
      assertThat(cell.lives().leakedBytes()).isZero();
    }
  }

  @Test
  void theMatrixIsATable() throws IOException {
    assertThat(MATRIX.cells()).hasSize(60);
    String text = MATRIX.text();
    assertThat(text.lines()).hasSize(1 + 10);
    assertThat(text.lines().findFirst().orElseThrow()).contains("ctor-dtor as posted");
    assertThat(text).contains("clean (5/5)");
    Files.writeString(Path.of("target", "debug-matrix.txt"), text);
  }
}
