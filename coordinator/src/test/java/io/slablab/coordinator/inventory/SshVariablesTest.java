package io.slablab.coordinator.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.coordinator.inventory.SshAccess.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How to log in, and our own keys. */
class SshVariablesTest {

  private static Host host(String vars) {
    InventoryReader.Result result =
        InventoryReader.read("i.yaml", "all: {hosts: {epyc: {" + vars + "}}}");
    assertThat(result.problems()).isEmpty();
    return result.inventory().orElseThrow().hosts().getFirst();
  }

  @Test
  void withoutVariablesTheNameIsTheAddress() {
    Host host = host("");
    assertThat(host.connection()).isEqualTo(Host.Connection.SSH);
    assertThat(host.ssh()).isEqualTo(SshAccess.to("epyc"));
    assertThat(host.machine()).isEqualTo("epyc");
  }

  @Test
  void ansiblesVariablesAreHonoured() {
    SshAccess ssh =
        host("""
        ansible_host: 192.0.2.7, ansible_port: 2222, ansible_user: bench,
        ansible_ssh_private_key_file: ~/.ssh/lab, ansible_python_interpreter: /usr/bin/python3,
        ansible_ssh_common_args: "-o ProxyJump=gate@gw:2200,[2001:db8::1]:23 -o 'UserKnownHostsFile=/etc/lab keys' -oConnectTimeout=3 -o ControlMaster=auto -C"
        """)
            .ssh();
    assertThat(ssh.target()).isEqualTo(new Endpoint(Optional.of("bench"), "192.0.2.7", 2222));
    assertThat(ssh.target().place()).isEqualTo("192.0.2.7:2222");
    assertThat(ssh.jumps())
        .containsExactly(
            new Endpoint(Optional.of("gate"), "gw", 2200),
            new Endpoint(Optional.empty(), "2001:db8::1", 23));
    assertThat(ssh.jumps().getLast().place()).isEqualTo("[2001:db8::1]:23");
    assertThat(ssh.privateKey()).contains("~/.ssh/lab");
    assertThat(ssh.knownHosts()).contains("/etc/lab keys");
    assertThat(ssh.connectTimeout()).contains(Duration.ofSeconds(3));
    assertThat(host("ansible_ssh_common_args: '-J gw -i /k'").ssh().privateKey()).contains("/k");
  }

  @Test
  void ourKeysAreRead() {
    Host host =
        host(
            """
            slablab: {java: /opt/jdk-25, workdir: ~/lab, reserve_cpus: "1,0", tags: [noisy, amd, amd],
              advertise_address: 10.0.0.1, tunnel: true, max_parallel_trials: 1}
            """);
    assertThat(host.java()).contains("/opt/jdk-25");
    assertThat(host.workdir()).contains("~/lab");
    assertThat(host.reserveCpus()).isEqualTo("0-1");
    assertThat(host.tags()).isEqualTo(List.of("amd", "noisy"));
    assertThat(host.advertiseAddress()).contains("10.0.0.1");
    assertThat(host.tunnel()).isTrue();
    assertThat(host("slablab: {java: /opt/jdk-25}").tunnel()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ansible_port: 70000                                         | '70000' is no port: 1 to 65535
          ansible_port: ssh                                           | 'ssh' is no port
          ansible_user: "a b"                                         | 'a b' is no name of a user
          ansible_host: "-oProxyCommand=x"                            | '-oProxyCommand=x' is no name or address of a host
          ansible_password: x                                         | 'ansible_password' is a secret, and every run directory has a copy
          ansible_become_pass: x                                      | 'ansible_become_pass' is a secret
          ansible_ssh_common_args: -A                                 | forwarding of the SSH agent is always off
          ansible_ssh_common_args: -o ForwardAgent=yes                | forwarding of the SSH agent is always off
          ansible_ssh_common_args: -o StrictHostKeyChecking=no        | StrictHostKeyChecking=no is not honoured
          ansible_ssh_common_args: -o UserKnownHostsFile=/dev/null    | UserKnownHostsFile=/dev/null is not honoured
          ansible_ssh_common_args: -o ProxyJmp=gw                     | ssh's option 'ProxyJmp' is not supported; did you mean 'ProxyJump'?
          ansible_ssh_common_args: -o ProxyJump=gw:x                  | 'gw:x' is not [user@]host[:port]
          ansible_ssh_common_args: -o 'ProxyJump=a b                 | a quote is not closed
          ansible_ssh_common_args: -L 1:a:2                           | ssh's argument '-L' is not supported
          ansible_ssh_common_args: -J                                 | ssh's argument '-J' needs a value
          slablab: {java: jdk}                                        | 'jdk' is no absolute path
          slablab: {workdir: "/tmp/a b"}                              | '/tmp/a b' is no path from '/' or '~/'
          slablab: {workdir: "$(id)"}                                 | '$(id)' is no path
          slablab: {reserve_cpus: x}                                  | 'x'
          slablab: {max_parallel_trials: 2}                           | a host runs one trial at a time
          slablab: {tags: ["a b"]}                                    | 'a b' is no tag
          slablab: {work_dir: /tmp}                                   | unknown key 'work_dir'
          """)
  void whatCannotBeHonouredIsRefused(String vars, String message) {
    InventoryReader.Result result =
        InventoryReader.read("i.yaml", "all:\n  hosts:\n    epyc:\n      " + vars + "\n");
    assertThat(result.inventory()).isEmpty();
    assertThat(result.problems()).hasSize(1);
    assertThat(result.problems().getFirst().what()).contains(message);
  }
}
