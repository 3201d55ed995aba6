package io.slablab.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One case of a golden file: its inputs, and comparison within the file's tolerance. */
public record Fixture(String name, JsonNode inputs, double relative) {

  @Override
  public String toString() {
    return name;
  }

  public static Stream<Fixture> cases(String file) {
    JsonNode root = read(file);
    double relative = root.path("tolerance").path("rel").asDouble(0);
    List<Fixture> cases = new ArrayList<>();
    for (JsonNode node : root.get("cases")) {
      String name = node.path("name").asText(node.path("fn").asText() + node.path("args"));
      cases.add(new Fixture(name, node, relative));
    }
    return cases.stream();
  }

  public static Stream<Fixture> cases(String file, String kind) {
    return cases(file).filter(c -> c.inputs.path("kind").asText().equals(kind));
  }

  public static JsonNode read(String file) {
    try (InputStream in = Fixture.class.getResourceAsStream("/statistics/" + file + ".json")) {
      assertThat(in).as(file).isNotNull();
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JsonNode get(String field) {
    return inputs.get(field);
  }

  public double number(String field) {
    return inputs.get(field).asDouble();
  }

  public double[] numbers(String field) {
    return numbers(inputs.get(field));
  }

  public double[][] table(String field) {
    return rows(field).toArray(double[][]::new);
  }

  public List<double[]> rows(String field) {
    List<double[]> rows = new ArrayList<>();
    inputs.get(field).forEach(row -> rows.add(numbers(row)));
    return rows;
  }

  public static double[] numbers(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  /** Relative to max(1, |expected|), as the fixtures' page says. */
  public void close(String what, double actual, double expected) {
    assertThat(actual)
        .as("%s: %s", name, what)
        .isCloseTo(expected, within(relative * Math.max(1, Math.abs(expected))));
  }

  /** Compares with the field of that name inside {@code expected}. */
  public void close(JsonNode expected, String field, double actual) {
    assertThat(expected.has(field)).as("%s has %s", name, field).isTrue();
    close(field, actual, expected.get(field).asDouble());
  }

  public void close(JsonNode expected, String field, double[] actual) {
    double[] wanted = numbers(expected.get(field));
    assertThat(actual).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.length; i++) {
      close(field + "[" + i + "]", actual[i], wanted[i]);
    }
  }

  void close(JsonNode expected, String field, Bootstrap.Range actual) {
    close(expected, field, new double[] {actual.low(), actual.high()});
  }
}
