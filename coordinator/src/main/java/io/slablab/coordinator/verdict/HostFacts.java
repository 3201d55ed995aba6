package io.slablab.coordinator.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.stats.hosts.Property;
import io.slablab.coordinator.stats.hosts.Property.Amount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a host's topology.json says of what may set it apart.
 *
 * @param properties sockets, nodes, llcs, cores, smt (threads per core); empty where there is no
 *     topology.json
 * @param socketCpus of each socket
 */
record HostFacts(Map<String, Property> properties, List<BitSet> socketCpus) {
  static final HostFacts NONE = new HostFacts(Map.of(), List.of());

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param file a topology.json; may be absent
   */
  static HostFacts read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return NONE;
    }
    JsonNode json = JSON.readTree(file.toFile());
    Map<String, Property> properties = new TreeMap<>();
    for (String array : List.of("sockets", "nodes", "llcs")) {
      if (json.path(array).isArray()) {
        properties.put(array, new Amount(json.path(array).size()));
      }
    }
    if (json.path("cores").isNumber()) {
      properties.put("cores", new Amount(json.path("cores").asInt()));
    }
    if (json.path("threadsPerCore").isNumber()) {
      properties.put("smt", new Amount(json.path("threadsPerCore").asInt()));
    }
    List<BitSet> sockets = new ArrayList<>();
    json.path("sockets").forEach(socket -> sockets.add(cpus(socket.path("cpus").asText())));
    return new HostFacts(properties, sockets);
  }

  /** Of a list in the kernel's format, as 0-3,8; empty of what is none. */
  static BitSet cpus(String list) {
    BitSet cpus = new BitSet();
    for (String range : list.split(",", -1)) {
      if (range.matches("\\d{1,6}(-\\d{1,6})?")) {
        String[] ends = range.split("-", -1);
        int first = Integer.parseInt(ends[0]);
        int last = Integer.parseInt(ends[ends.length - 1]);
        cpus.set(first, Math.max(first, last) + 1);
      }
    }
    return cpus;
  }

  /** How many sockets a placement spans; 0 where that is not known. */
  int spanned(String cpuList) {
    BitSet cpus = cpus(cpuList);
    return (int) socketCpus.stream().filter(cpus::intersects).count();
  }
}
