package io.slablab.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.schedule.CampaignState.Lost;
import io.slablab.coordinator.schedule.CampaignState.Running;
import io.slablab.coordinator.schedule.CampaignState.Starting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CampaignStateTest {

  @Test
  void trialsRunInPlannedOrderOneAtATime() {
    CampaignState state = CampaignState.of(Map.of("h", orders("h", 2))).ready("h").started("h");
    assertThat(state.host("h").phase()).isInstanceOf(Running.class);
    assertThat(state.runningTrial("h-0")).isPresent();
    state = state.done("h").started("h");
    assertThat(state.runningTrial("h-1")).isPresent();
    assertThat(state.finished()).isFalse();
    assertThat(state.failed("h").finished()).isTrue();
  }

  @Test
  void anAgentIsStartedThreeTimesThenTheHostIsLost() {
    CampaignState state = CampaignState.of(Map.of("h", orders("h", 9))).ready("h");
    for (int start = 2; start <= CampaignState.MAX_AGENT_STARTS; start++) {
      state = state.agentDied("h", "signal 9");
      assertThat(state.host("h").phase()).isInstanceOf(Starting.class);
      assertThat(state.host("h").incarnation()).isEqualTo(start);
    }
    state = state.agentDied("h", "signal 9");
    assertThat(state.host("h").phase()).isEqualTo(new Lost("signal 9"));
    assertThat(state.lostHosts()).containsExactly("h");
    assertThat(state.finished()).isTrue();
    assertThat(state.missing()).isEqualTo(9);
  }

  @Test
  void hostsKeepTheirPlannedOrder() {
    Map<String, List<TrialOrder>> planned = new LinkedHashMap<>();
    for (String host : List.of("z", "a", "m")) {
      planned.put(host, orders(host, 1));
    }
    assertThat(CampaignState.of(planned).ready("m").hosts().keySet())
        .containsExactly("z", "a", "m");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void pendingPlusRunningPlusDonePlusFailedIsWhatWasPlanned(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int planned = 40;
    CampaignState state = CampaignState.of(Map.of("h", orders("h", planned))).ready("h");
    while (!state.finished()) {
      state = step(state, random);
      assertThat(state.done() + state.failed() + state.missing())
          .as("seed %d", seed)
          .isEqualTo(planned);
    }
  }

  private static CampaignState step(CampaignState state, SplittableRandom random) {
    return switch (state.host("h").phase()) {
      case Starting _ -> state.ready("h");
      case Running _ ->
          switch (random.nextInt(12)) {
            case 0 -> state.failed("h").agentDied("h", "signal 9");
            case 1, 2 -> state.failed("h");
            default -> state.done("h");
          };
      default -> state.started("h");
    };
  }

  private static List<TrialOrder> orders(String host, int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            new TrialOrder(
                host + "-" + i,
                host,
                "c",
                i,
                0,
                "baseline",
                "baseline",
                false,
                "exec",
                Map.of(),
                "compact",
                List.of(0),
                "local",
                1,
                1,
                1,
                0,
                true))
        .toList();
  }
}
