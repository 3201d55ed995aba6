package io.slablab.allocator.debug.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** 9.8: every row under every design, for mm_structs and tc_actions. */
class DebugMatrixTest {
  private static final DebugMatrix MATRIX =
      DebugMatrix.run(() -> HostMachine.of(HostConfig.uniform(2, 1)));

  static List<DebugMatrix.Cell> cells() {
    return MATRIX.cells();
  }

  private static int kinds(DebugMatrix.Cell cell) {
    boolean constructed = cell.design() != MatrixDesign.BASELINE;
    return switch (cell.row()) {
      case SLUB_DEBUG -> constructed ? 4 : 5;
      case KASAN, KFENCE -> 5;
      case KMEMLEAK, ALLOC_PROFILING -> 2;
      case DEBUG_OBJECTS -> 4;
      case LOCKDEP, FAULT_INJECTION -> constructed ? 4 : 3;
      case MEMCG -> cell.user() == MatrixUser.MM ? 4 : 2;
    };
  }

  /**
   * What lives without a defect make a row say under the series as posted. An object of a kind of
   * action that is larger than its cache's is a defect of the series itself.
   */
  private static Set<String> saidAsPosted(MatrixRow row, MatrixUser user) {
    boolean mm = user == MatrixUser.MM;
    return switch (row) {
      case SLUB_DEBUG -> mm ? Set.of() : Set.of("right red zone overwritten");
      case KASAN -> Set.of("slab-use-after-free", "slab-out-of-bounds");
      case KMEMLEAK -> Set.of("unreferenced percpu area");
      case DEBUG_OBJECTS -> mm ? Set.of("free active") : Set.of();
      case KFENCE -> mm ? Set.of("use-after-free") : Set.of("out-of-bounds");
      case MEMCG -> mm ? Set.of("broken by a refused charge") : Set.of();
      case ALLOC_PROFILING -> Set.of("put down to who came by");
      case LOCKDEP, FAULT_INJECTION -> Set.of();
    };
  }

  /**
   * Sampled objects are never destructed; checked slabs keep what an object overran; and a life
   * that a refused charge broke never ends.
   */
  private static boolean leaksAsPosted(DebugMatrix.Cell cell) {
    return switch (cell.row()) {
      case KFENCE -> true;
      case SLUB_DEBUG -> cell.user() == MatrixUser.TC;
      case MEMCG -> cell.user() == MatrixUser.MM;
      case KASAN, KMEMLEAK, DEBUG_OBJECTS, LOCKDEP, ALLOC_PROFILING, FAULT_INJECTION -> false;
    };
  }

  /**
   * The series has no fault point for what constructors ask for. A lost mm_struct is on the list of
   * counters with live ones, which hide it.
   */
  private static Set<String> missedAsPosted(MatrixRow row, MatrixUser user) {
    return switch (row) {
      case FAULT_INJECTION -> Set.of("constructor");
      case KMEMLEAK -> user == MatrixUser.MM ? Set.of("unreferenced object") : Set.of();
      default -> Set.of();
    };
  }

  private static Set<String> missed(DebugMatrix.Cell cell) {
    return cell.planted().entrySet().stream()
        .filter(kind -> !kind.getValue())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  @ParameterizedTest
  @MethodSource("cells")
  void livesAreCleanAndPlantedBugsAreFound(DebugMatrix.Cell cell) {
    assertThat(cell.planted()).hasSize(kinds(cell));
    if (cell.design() == MatrixDesign.AS_POSTED) {
      assertThat(missed(cell)).isEqualTo(missedAsPosted(cell.row(), cell.user()));
      assertThat(cell.lives().reports().keySet())
          .containsAll(saidAsPosted(cell.row(), cell.user()));
      assertThat(cell.lives().leakedBytes() > 0).isEqualTo(leaksAsPosted(cell));
    } else {
      assertThat(missed(cell)).isEmpty();
      assertThat(cell.lives().reports()).isEmpty();
      assertThat(cell.lives().leakedBytes()).isZero();
    }
  }

  @Test
  void theMatrixIsATable() throws IOException {
    assertThat(MATRIX.cells()).hasSize(9 * 2 * 6);
    String text = MATRIX.text();
    assertThat(text.lines()).hasSize(1 + 9 * 2);
    assertThat(text.lines().findFirst().orElseThrow()).contains("ctor-dtor as posted");
    assertThat(text).contains("clean (5/5)");
    Files.writeString(Path.of("target", "debug-matrix.txt"), text);
  }
}
