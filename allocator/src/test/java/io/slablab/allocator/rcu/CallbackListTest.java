package io.slablab.allocator.rcu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.CpuTask;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackListTest {
  private static final CpuTask NOTHING = _ -> {};
  private final CallbackList list = new CallbackList();

  private List<RcuHead> takeDone() {
    List<RcuHead> taken = new ArrayList<>();
    for (RcuHead head = list.takeDone(); head != null; head = head.next) {
      taken.add(head);
    }
    return taken;
  }

  @Test
  void wholeSegmentsMoveAsPeriodsEnd() {
    RcuHead a = new RcuHead(NOTHING);
    RcuHead b = new RcuHead(NOTHING);
    RcuHead c = new RcuHead(NOTHING);
    list.enqueue(a);
    list.accelerate(2);
    list.enqueue(b);
    list.accelerate(4);
    list.enqueue(c);
    list.accelerate(6); // two periods are waited for already
    assertThat(list.count(CallbackList.WAIT)).isEqualTo(1);
    assertThat(list.count(CallbackList.NEXT_READY)).isEqualTo(1);
    assertThat(list.count(CallbackList.NEXT)).isEqualTo(1);
    list.advance(1);
    assertThat(takeDone()).isEmpty();
    list.advance(2);
    assertThat(takeDone()).containsExactly(a);
    list.accelerate(6);
    assertThat(list.count(CallbackList.NEXT)).isZero();
    list.advance(6);
    assertThat(takeDone()).containsExactly(b, c);
    assertThat(list.size()).isZero();
  }

  @Test
  void aMarkerGoesBehindTheLastOneWithoutAPeriodOfItsOwn() {
    RcuHead marker = new RcuHead(NOTHING);
    assertThat(list.entrain(marker)).isFalse();
    RcuHead a = new RcuHead(NOTHING);
    list.enqueue(a);
    list.accelerate(2);
    assertThat(list.entrain(marker)).isTrue();
    list.advance(2);
    assertThat(takeDone()).containsExactly(a, marker);
  }

  @Test
  void whatAPassLeavesGoesBackInFront() {
    RcuHead[] heads = new RcuHead[4];
    for (int i = 0; i < 4; i++) {
      heads[i] = new RcuHead(NOTHING);
    }
    for (int i = 0; i < 3; i++) {
      list.enqueue(heads[i]);
    }
    list.accelerate(2);
    list.advance(2);
    RcuHead first = list.takeDone();
    list.enqueue(heads[3]);
    list.accelerate(4);
    list.advance(4);
    assertThat(first).isSameAs(heads[0]);
    list.putBack(heads[1], 2);
    assertThat(list.size()).isEqualTo(3);
    assertThat(takeDone()).containsExactly(heads[1], heads[2], heads[3]);
  }

  /** INV-RCU-2, and none ready before its period: against a queue that knows each one's number. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void randomUseKeepsTheOrder(long seed) {
    Random random = new Random(seed);
    Deque<RcuHead> model = new ArrayDeque<>();
    Map<RcuHead, Long> readyAt = new IdentityHashMap<>();
    long seq = 0;
    for (int step = 0; step < 20_000; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          RcuHead head = new RcuHead(NOTHING);
          readyAt.put(head, seq + 3 & ~1L);
          model.add(head);
          list.enqueue(head);
        }
        case 2 -> {
          list.advance(seq);
          list.accelerate(seq + 3 & ~1L);
        }
        case 3 -> seq += random.nextInt(2);
        default -> {
          list.advance(seq);
          for (RcuHead head : takeDone()) {
            assertThat(head).as("seed " + seed + " step " + step).isSameAs(model.poll());
            assertThat(readyAt.get(head)).isLessThanOrEqualTo(seq);
          }
        }
      }
      assertThat(list.size()).isEqualTo(model.size());
    }
  }
}
