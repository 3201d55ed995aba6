package io.slablab.coordinator.verdict;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One gain on several hosts: what is common, how far hosts lie apart, and what parts them. Gains
 * are fractions; a host's is the mean over its cells.
 *
 * @param hosts that have an interval
 * @param leftOut hosts without one
 * @param common mean weighted by precision; null where hosts cannot be compared
 * @param population mean of the hosts with the t interval of host means: machines like these
 * @param pValue of "the same gain on every host"; null where hosts cannot be compared
 * @param iSquared share of the variation that is not error
 * @param tau deviation of true gains between hosts, log scale
 * @param split the property that parts hosts best; null where none does
 * @param differ whether the hosts differ at the level of the settings
 * @param sentence all of this in words
 */
public record AcrossHosts(
    String variant,
    String metric,
    String workload,
    Map<String, String> params,
    List<Host> hosts,
    List<String> leftOut,
    @Nullable Double common,
    @Nullable Part population,
    @JsonProperty("pValue") @Nullable Double pValue,
    @Nullable Double iSquared,
    @Nullable Double tau,
    @Nullable Split split,
    boolean differ,
    String sentence) {

  public record Host(String host, int cells, double gain, double low, double high) {}

  /**
   * Some hosts together.
   *
   * @param low null where they are all equal
   */
  public record Part(
      List<String> hosts, double gain, @Nullable Double low, @Nullable Double high) {}

  /**
   * @param condition that the first group fulfils, as {@code sockets >= 2}
   * @param same other conditions that part the hosts just so
   * @param pValue of the best of all splits
   * @param explained share of the variation between hosts
   */
  public record Split(
      String condition,
      List<String> same,
      @JsonProperty("pValue") double pValue,
      double explained,
      Part with,
      Part without) {}
}
