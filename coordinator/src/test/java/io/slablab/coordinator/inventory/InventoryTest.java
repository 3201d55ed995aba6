package io.slablab.coordinator.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.suites.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InventoryTest {
  private static final String LAB =
      """
      all:
        vars: {ansible_user: root, place: earth, tier: x}
        hosts:
          localhost:
        children:
          lab:
            vars: {ansible_connection: local, place: lab}
            hosts:
              n[8:12:2]:
              n[001:002]: {place: mine}
            children:
              amd: {vars: {tier: amd}, hosts: {n10: {slablab: {reserve_cpus: "3,0-1", java: /opt/jdk}}}}
              arm:
                vars: {tier: arm}
                hosts: {n8: , n10: }
          away: {hosts: {far.example.org: {ansible_host: 192.0.2.7}}}
      arm:
        vars: {cores: 80}
      """;

  private static Inventory lab() {
    InventoryReader.Result result = InventoryReader.read("i.yaml", LAB);
    assertThat(result.problems()).isEmpty();
    return result.inventory().orElseThrow();
  }

  private static List<String> problems(String text) {
    InventoryReader.Result result = InventoryReader.read("i.yaml", text);
    assertThat(result.inventory()).isEmpty();
    return result.problems().stream().map(Problem::render).toList();
  }

  @Test
  void hostsAreSortedByNameWithNumbersByValue() {
    assertThat(lab().hosts().stream().map(Host::name))
        .containsExactly("far.example.org", "localhost", "n001", "n002", "n8", "n10", "n12");
  }

  @Test
  void groupsHoldTheHostsBelowThem() {
    assertThat(lab().groups())
        .containsEntry("lab", List.of("n001", "n002", "n8", "n10", "n12"))
        .containsEntry("amd", List.of("n10"))
        .containsEntry("arm", List.of("n8", "n10"));
  }

  @Test
  void theInnermostVariableWins() {
    Inventory lab = lab();
    assertThat(lab.host("n001").orElseThrow().vars())
        .isEqualTo(
            Map.of(
                "ansible_connection", "local",
                "ansible_user", "root",
                "place", "mine",
                "tier", "x"));
    assertThat(lab.host("n10").orElseThrow().vars())
        .containsEntry("tier", "arm")
        .containsEntry("place", "lab")
        .containsEntry("cores", "80");
    assertThat(lab.host("localhost").orElseThrow().vars()).containsEntry("place", "earth");
  }

  @Test
  void ourVariablesBecomeFields() {
    Host host = lab().host("n10").orElseThrow();
    assertThat(host.reserveCpus()).isEqualTo("0-1,3");
    assertThat(host.java()).isEqualTo(Optional.of("/opt/jdk"));
    assertThat(host.connection()).isEqualTo(Host.Connection.LOCAL);
    assertThat(lab().host("far.example.org").orElseThrow().connection())
        .isEqualTo(Host.Connection.SSH);
    assertThat(lab().host("localhost").orElseThrow().connection()).isEqualTo(Host.Connection.LOCAL);
  }

  @Test
  void theShippedInventoryIsThisMachine() throws IOException {
    Path file = Path.of("..", "inventory.yaml");
    InventoryReader.Result result = InventoryReader.read("inventory.yaml", Files.readString(file));
    assertThat(result.problems()).isEmpty();
    assertThat(result.inventory().orElseThrow().hosts().stream().map(Host::name))
        .containsExactly("localhost");
    assertThat(Inventory.localOnly().host("localhost").orElseThrow().connection())
        .isEqualTo(Host.Connection.LOCAL);
  }

  @Test
  void aSuiteIsToldFromAnInventory() {
    assertThat(problems("name: quick\nslablab: 1\nworkloads: [exec]\n"))
        .containsExactly(
            """
            i.yaml:2:1: this is a suite
                2 | slablab: 1
                  | ^ an inventory starts with 'all:'\
            """);
  }

  @Test
  void everyProblemHasItsPlace() {
    assertThat(
            problems(
                """
                all:
                  host: {localhost: }
                  children:
                    lab:
                      hosts:
                        n[3:1]:
                        "../up":
                        ok: {ansible_connection: locl, slablab: {reserve_cpu: 1, simulated: x}}
                      children: {all: }
                    desk: [a]
                """))
        .containsExactly(
            """
            i.yaml:2:3: unknown key 'host'
                2 |   host: {localhost: }
                  |   ^ did you mean 'hosts'?\
            """,
            """
            i.yaml:6:9: the range in 'n[3:1]' is empty or too long
                6 |         n[3:1]:
                  |         ^ write a name, or a range as node[01:16]\
            """,
            """
            i.yaml:7:9: '../up' is no name of a host
                7 |         "../up":
                  |         ^ write a name, or a range as node[01:16]\
            """,
            """
            i.yaml:8:34: 'locl' is not a connection
                8 |         ok: {ansible_connection: locl, slablab: {reserve_cpu: 1, simulated: x}}
                  |                                  ^ did you mean 'local'?\
            """,
            """
            i.yaml:8:50: unknown key 'reserve_cpu'
                8 |         ok: {ansible_connection: locl, slablab: {reserve_cpu: 1, simulated: x}}
                  |                                                  ^ did you mean 'reserve_cpus'?\
            """,
            """
            i.yaml:8:77: simulated hosts are not available in this version
                8 |         ok: {ansible_connection: locl, slablab: {reserve_cpu: 1, simulated: x}}
                  |                                                                             ^\
            """,
            """
            i.yaml:9:18: group 'all' would contain itself
                9 |       children: {all: }
                  |                  ^\
            """,
            """
            i.yaml:10:11: expected a map, found a list
                10 |     desk: [a]
                   |           ^ a group holds hosts, vars and children\
            """);
    assertThat(problems("all: {}")).first().asString().contains("the inventory has no hosts");
    assertThat(problems("all: {hosts: {\"n[0:9999][0:9999]\": }}"))
        .first()
        .asString()
        .contains("hosts");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n8                | n8
          n10:n8            | n8 n10
          lab               | n001 n002 n8 n10 n12
          lab:&arm          | n8 n10
          lab:&arm:!amd     | n8
          !amd:lab          | n001 n002 n8 n12
          n0*               | n001 n002
          n?                | n8
          a?m:!amd          | n8
          n[001:002],n8     | n001 n002 n8
          !away             | localhost n001 n002 n8 n10 n12
          all:!lab          | far.example.org localhost
          *.example.org     | far.example.org
          lab:&arm:away     | n8 n10
          &arm:lab          | n8 n10
          a*:!lab           | far.example.org localhost
          """)
  void patternsSelect(String pattern, String names) {
    assertThat(HostPattern.select(lab(), pattern))
        .isInstanceOfSatisfying(
            HostPattern.Selected.class,
            selected ->
                assertThat(String.join(" ", selected.hosts().stream().map(Host::name).toList()))
                    .isEqualTo(names));
  }

  @Test
  void theOrderOfTheFileChangesNothing() {
    String other =
        """
        arm: {hosts: {n10: , n9: }}
        all:
          children: {lab: {hosts: {n2: , n10: {place: mine}}, vars: {place: lab}}}
        """;
    String one =
        """
        all:
          children: {lab: {vars: {place: lab}, hosts: {n10: {place: mine}, n2: }}}
        arm: {hosts: {n9: , n10: }}
        """;
    assertThat(InventoryReader.read("a", other).inventory())
        .isPresent()
        .isEqualTo(InventoryReader.read("b", one).inventory());
  }

  @Test
  void varsOfAllCountOnlyWhenItComesFirst() {
    assertThat(problems("lab: {hosts: {a: }}\nall: {vars: {x: 1}}"))
        .singleElement()
        .asString()
        .startsWith("i.yaml:2:1: 'all' has vars and must come first");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lba               | no host or group is called 'lba'; did you mean 'lab'?
          lab:!locahost     | no host or group is called 'locahost'; did you mean 'localhost'?
          z*                | no host or group matches 'z*'; known here: all, amd, arm
          n8:!n8            | host pattern 'n8:!n8' selects no host
          ':'               | the host pattern is empty
          """)
  void patternsAreRefused(String pattern, String message) {
    assertThat(HostPattern.select(lab(), pattern))
        .isInstanceOfSatisfying(
            HostPattern.Refused.class,
            refused -> assertThat(refused.render().replace("\n    ", "; ")).startsWith(message));
  }
}
