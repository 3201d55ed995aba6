package io.slablab.allocator.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.pool.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Short runs; {@link SoakMain} does the long ones. */
@Timeout(120)
class SoakTest {
  private static final long OPERATIONS = 90_000;
  private static final long SEED = System.nanoTime();

  /** Together about a million operations. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void nothingIsLostDoubledOrKept(Variant variant) {
    SoakResult result = Soak.run(new SoakConfig(variant, OPERATIONS, 2, 3, SEED));
    assertThat(result.operations()).isGreaterThanOrEqualTo(OPERATIONS);
    assertThat(result.remoteFrees()).isGreaterThan(OPERATIONS / 100);
    assertThat(result.shrinks()).isPositive();
    assertThat(result.verified()).isEqualTo(4);
  }

  @Test
  void handlesHoldWhatTheyAreMadeOf() {
    long handle = Handles.of(7, 0x3_ffff_fff8L, 12345);
    assertThat(Handles.kind(handle)).isEqualTo(7);
    assertThat(Handles.address(handle)).isEqualTo(0x3_ffff_fff8L);
    assertThat(Handles.maker(handle, 2)).isEqualTo(1);
    assertThat(Handles.of(7, 0x3_ffff_fff8L, 12346)).isNotEqualTo(handle);
  }
}
