package io.slablab.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;

/** The running JVM lays the fields out so that the padding stands where it should. */
class LinePaddingTest {
  private static final long PAD_BYTES = 128;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "slub.KmemCacheCpu",
        "page.PerCpuPages",
        "machine.host.HostCpu",
        "machine.host.HostSpinLock"
      })
  void noFieldInUseLiesInTheTwoLinesAhead(String name) throws ClassNotFoundException {
    assertThat(layout(name).fields())
        .filteredOn(LinePaddingTest::inUse)
        .isNotEmpty()
        .allSatisfy(field -> assertThat(field.offset()).isGreaterThanOrEqualTo(PAD_BYTES));
  }

  @ParameterizedTest
  @ValueSource(strings = "slub.KmemCacheCpu")
  void noFieldInUseLiesInTheTwoLinesBehind(String name) throws ClassNotFoundException {
    ClassLayout layout = layout(name);
    long last = layout.instanceSize() - PAD_BYTES;
    assertThat(layout.fields())
        .filteredOn(LinePaddingTest::inUse)
        .allSatisfy(field -> assertThat(field.offset() + field.size()).isLessThanOrEqualTo(last));
  }

  private static ClassLayout layout(String name) throws ClassNotFoundException {
    return ClassLayout.parseClass(Class.forName("io.slablab.allocator." + name));
  }

  private static boolean inUse(FieldLayout field) {
    return !field.name().matches("gap|before\\d+|after\\d+");
  }
}
