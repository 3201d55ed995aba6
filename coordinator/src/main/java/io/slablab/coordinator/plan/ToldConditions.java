package io.slablab.coordinator.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an agent told of its host, as far as decisions rest on it. Texts are the host's own words.
 *
 * @param hostKey results of hosts with the same one compare; empty where none is told
 * @param hardwareKey the same of the hardware alone
 * @param bootId empty where none is told
 * @param findings one per check
 */
public record ToldConditions(
    String hostKey, String hardwareKey, String bootId, List<Finding> findings) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param verdict ok, noisy or unknown
   * @param why empty unless noisy
   * @param fix empty unless noisy
   */
  public record Finding(String check, String verdict, String found, String why, String fix) {
    public boolean noisy() {
      return verdict.equals("noisy");
    }

    public boolean ok() {
      return verdict.equals("ok");
    }
  }

  public ToldConditions {
    findings = List.copyOf(findings);
  }

  /**
   * Reads the text of a conditions.json; what is not there stays empty.
   *
   * @throws IllegalArgumentException when it is no JSON
   */
  public static ToldConditions parse(String conditionsJson) {
    JsonNode json;
    try {
      json = JSON.readTree(conditionsJson);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage());
    }
    List<Finding> findings = new ArrayList<>();
    for (JsonNode one : json.path("checks")) {
      findings.add(
          new Finding(
              one.path("check").asText(),
              one.path("verdict").asText(),
              one.path("found").asText(),
              one.path("why").asText(),
              one.path("fix").asText()));
    }
    return new ToldConditions(
        json.path("keys").path("host").asText(),
        json.path("keys").path("hardware").asText(),
        json.path("evidence").path("bootId").asText(),
        findings);
  }

  public Optional<Finding> finding(String check) {
    return findings.stream().filter(one -> one.check().equals(check)).findFirst();
  }
}
