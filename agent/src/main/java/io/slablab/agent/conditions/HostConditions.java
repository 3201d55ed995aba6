package io.slablab.agent.conditions;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A host's conditions by field name, values as the kernel prints them.
 *
 * @param schema {@code slablab/conditions/1}
 * @param keys which hosts are alike
 * @param identity which machine, kernel and JVM
 * @param state what people set
 * @param evidence what changes by itself, at the moment of capture
 * @param absent fields that cannot be read here, with the reason
 * @param checks one finding each
 */
@JsonPropertyOrder({"schema", "keys", "identity", "state", "evidence", "absent", "checks"})
public record HostConditions(
    String schema,
    ComparabilityKeys keys,
    Map<String, String> identity,
    Map<String, String> state,
    Map<String, String> evidence,
    Map<String, String> absent,
    List<Finding> checks) {
  private static final String SCHEMA = "slablab/conditions/1";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Reads all fields of the machine below a root; {@code /} is this host. */
  public static HostConditions capture(Path root) {
    Map<Field.Group, Map<String, String>> found = new LinkedHashMap<>();
    for (Field.Group group : Field.Group.values()) {
      found.put(group, new LinkedHashMap<>());
    }
    Map<String, String> all = new LinkedHashMap<>();
    Map<String, String> absent = new LinkedHashMap<>();
    for (Field field : Fields.ALL) {
      switch (field.read(root)) {
        case Field.Reading.Found(String value) -> {
          found.getOrDefault(field.group(), absent).put(field.name(), value);
          all.put(field.name(), value);
        }
        case Field.Reading.Absent(String reason) -> absent.put(field.name(), reason);
      }
    }
    Map<String, String> identity = found.getOrDefault(Field.Group.IDENTITY, Map.of());
    return new HostConditions(
        SCHEMA,
        ComparabilityKeys.of(identity),
        identity,
        found.getOrDefault(Field.Group.STATE, Map.of()),
        found.getOrDefault(Field.Group.EVIDENCE, Map.of()),
        absent,
        NoiseChecks.findings(all, absent));
  }

  /** The fields as one line of JSON. */
  public String toJson() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is always JSON", e);
    }
  }
}
