package io.slablab.coordinator.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.plan.ContractCheck;
import io.slablab.coordinator.plan.ToldConditions;
import io.slablab.suites.spec.Contract;
import io.slablab.suites.spec.HostCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds a trial disturbed by the evidence in its trial.json. What is absent disturbs nothing: a
 * host that cannot tell is the contract's business.
 *
 * <p>Without a binding contract a trial that was disturbed in each of its runs counts all the same:
 * its last run has the warning in its trial.json. Threads: any.
 */
public final class EvidenceJudge implements TrialJudge {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Shares are of ticks of 10 ms: within one at either end of the window, on each CPU, a reading
   * says nothing.
   */
  private static final long TICKS_NS = 20_000_000;

  /**
   * A standstill this long is no work of a busy scheduler's, which is late by some ten
   * milliseconds; one of this share of the window makes a difference that gains are asked for.
   */
  private static final long MAX_PAUSE_NS = 500_000_000;

  private static final double MAX_PAUSE_SHARE = 0.02;

  private final Contract contract;
  private final Map<String, Integer> taints = new ConcurrentHashMap<>();

  public EvidenceJudge(Contract contract) {
    this.contract = contract;
  }

  @Override
  public Optional<String> taint(TrialOrder order, Path files) throws IOException {
    JsonNode evidence = JSON.readTree(files.resolve("trial.json").toFile()).path("evidence");
    Optional<String> disturbance = disturbance(evidence, order.cpus().size());
    if (disturbance.isEmpty()
        || contract.binding()
        || taints.merge(order.id(), 1, Integer::sum) <= contract.reruns()) {
      return disturbance;
    }
    return Optional.empty();
  }

  /**
   * Of a host's first agent everything; of later ones what a boot may have changed, for by then the
   * load is our own.
   */
  @Override
  public Optional<String> unfit(String host, int incarnation, String conditionsJson) {
    List<HostCheck> checks =
        contract.checks().stream()
            .filter(check -> incarnation == 1 || check != HostCheck.LOAD)
            .toList();
    Contract now =
        new Contract(
            checks, contract.steal(), contract.foreign(), contract.reruns(), contract.binding());
    List<String> breaches = ContractCheck.breaches(host, now, ToldConditions.parse(conditionsJson));
    return breaches.stream()
        .findFirst()
        .map(breach -> "the suite's contract is broken: " + breach.replaceAll("\\s*\n\\s*", "; "));
  }

  private Optional<String> disturbance(JsonNode evidence, int cpus) {
    JsonNode machine = evidence.path("machine");
    if (machine.path("migrations").asLong() > 0) {
      return Optional.of("its workers were moved to other CPUs");
    }
    if (machine.path("thermalThrottles").asLong() > 0) {
      return Optional.of("the processor slowed down because of heat");
    }
    if (machine.path("quotaThrottles").asLong() > 0) {
      return Optional.of("a CPU quota stopped it");
    }
    if (evidence.path("longestPauseNs").asLong() > MAX_PAUSE_NS
        && evidence.path("longestPauseShare").asDouble() > MAX_PAUSE_SHARE) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "it stood still for %.1f s",
              evidence.path("longestPauseNs").asLong() / 1e9));
    }
    if (exceeds(evidence, "steal", contract.steal(), cpus)) {
      return Optional.of(
          words(
              "a hypervisor took %.1f %% of the measured CPUs, at most %.1f %% is agreed",
              evidence, "steal", contract.steal()));
    }
    if (exceeds(evidence, "foreign", contract.foreign(), cpus)) {
      return Optional.of(
          words(
              "other processes used %.1f %% of the measured CPUs, at most %.1f %% is agreed",
              evidence, "foreign", contract.foreign()));
    }
    return Optional.empty();
  }

  private static boolean exceeds(JsonNode evidence, String what, double most, int cpus) {
    return evidence.path(what + "Share").asDouble() > most
        && evidence.path(what + "Ns").asLong() > TICKS_NS * cpus;
  }

  private static String words(String sentence, JsonNode evidence, String what, double most) {
    return String.format(
        Locale.ROOT, sentence, evidence.path(what + "Share").asDouble() * 100, most * 100);
  }
}
