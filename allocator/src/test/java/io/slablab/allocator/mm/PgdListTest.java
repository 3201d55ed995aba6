package io.slablab.allocator.mm;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.TestStack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Page tables are in one list or in a list per CPU, and nobody can tell but by the time it takes.
 */
class PgdListTest {
  private static final int CPUS = 3;

  private final TestStack test = TestStack.of(CPUS);
  private final Cpu cpu = test.enter(0);
  private final Cpu other = test.enter(2);

  @AfterEach
  void close() {
    test.stack.checkNothingLeaked(cpu);
    test.leave(other);
    test.leave(cpu);
    test.close();
  }

  private PgdList tables(int parts) {
    return new PgdList(cpu, test.stack.machine(), test.stack.pages(), parts);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, CPUS})
  void tablesComeOnOneCpuAndGoOnAnother(int parts) {
    PgdList tables = tables(parts);
    long[] made = new long[12];
    for (int i = 0; i < made.length; i++) {
      made[i] = tables.alloc(i % 2 == 0 ? cpu : other, Gfp.GFP_KERNEL);
      assertThat(tables.length(cpu)).isEqualTo(i + 2);
    }
    for (int i = 0; i < made.length; i++) {
      for (int rest = i; rest < made.length; rest++) {
        assertThat(tables.linked(other, made[rest])).isTrue();
      }
      tables.free(i % 3 == 0 ? cpu : other, made[i]);
      assertThat(tables.length(cpu)).isEqualTo(made.length - i);
    }
    tables.close(cpu);
  }

  @Test
  void aTableHasTheKernelsHalfAndAnEmptyOne() {
    PgdList tables = tables(CPUS);
    long table = tables.alloc(other, Gfp.GFP_KERNEL);
    assertThat(test.stack.memory().getLong(table)).isZero();
    assertThat(test.stack.memory().getLong(table + 2040)).isZero();
    assertThat(test.stack.memory().getLong(table + 2048)).isNotZero();
    assertThat(test.stack.memory().getLong(table + 4088)).isNotZero();
    tables.free(cpu, table);
    tables.close(cpu);
  }
}
