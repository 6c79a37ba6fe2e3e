package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.testkit.FreePort;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** {@code up --members}: several processes that one has started. */
class UpMembersIT {

  private static final String GENERATE = "{\"model\":\"m\",\"prompt\":\"x\"}";

  /** {@code up --members}, with a backend for all of them. */
  private static MemberProcess upMembers(int count, StandIn backend) {
    return upMembers(count, backend, 0);
  }

  private static MemberProcess upMembers(int count, StandIn backend, int port) {
    return MemberProcess.launch(
        Map.of("NODE_ENV", "production", "LLAMA_BASE_URL", "http://127.0.0.1:9"),
        "up",
        "--members",
        String.valueOf(count),
        "--port",
        String.valueOf(port),
        "--set",
        "node.port=0",
        "--set",
        "cluster.port=0",
        "--set",
        "nodes=[" + backend.node(4) + "]");
  }

  /** What the parent tells of its members, when all are there: process id and address of each. */
  private static List<MatchResult> members(MemberProcess parent, int count) {
    Pattern member = Pattern.compile("member \\d \\(pid (\\d+)\\): (http://\\S+)");
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> member.matcher(parent.output()).results().toList(),
            found -> found.size() == count);
  }

  @Test
  void several_members_form_a_cluster_and_the_loss_of_one_leaves_the_others_serving()
      throws Exception {
    int port = FreePort.find();
    try (StandIn backend = StandIn.start("a");
        MemberProcess parent = upMembers(3, backend, port)) {
      List<Long> pids = new ArrayList<>();
      List<Gateway> gateways = new ArrayList<>();
      for (MatchResult member : members(parent, 3)) {
        pids.add(Long.valueOf(member.group(1)));
        gateways.add(Gateway.at(member.group(2)));
      }
      assertThat(gateways.get(0).url()).as("the first").endsWith(":" + port);
      awaitMembers(3, gateways.toArray(Gateway[]::new));
      ProcessHandle.of(pids.get(0)).orElseThrow().destroyForcibly();
      for (Gateway gateway : gateways.subList(1, 3)) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> gateway.post("/api/generate", GENERATE).statusCode() == 200);
      }
      assertThat(parent.isAlive()).isTrue();
      parent.terminate();
      parent.exitCode();
      for (long pid : pids) {
        Awaitility.await()
            .until(() -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), b -> !b);
      }
    }
  }

  @Test
  void members_whose_parent_is_killed_finish_what_they_have_and_end() throws Exception {
    try (StandIn backend = StandIn.start("a").answers(50, Duration.ofMillis(20));
        MemberProcess parent = upMembers(2, backend)) {
      List<MatchResult> members = members(parent, 2);
      var answer = Gateway.at(members.get(0).group(2)).sendAsync("POST", "/api/generate", GENERATE);
      Awaitility.await().until(() -> backend.running.get() == 1);
      parent.kill();
      assertThat(Gateway.text(Gateway.parseLines(answer.join().body()))).isEqualTo(backend.text());
      for (MatchResult each : members) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> ProcessHandle.of(Long.parseLong(each.group(1))),
                process -> process.map(ProcessHandle::isAlive).orElse(false).equals(false));
      }
    }
  }

  /** By the majority rule the loss of the member with the lower address would end the other one. */
  @Test
  void of_two_members_the_one_that_is_left_goes_on_serving() throws Exception {
    try (StandIn backend = StandIn.start("a");
        MemberProcess parent = upMembers(2, backend)) {
      List<MatchResult> members = members(parent, 2);
      List<Integer> ports =
          Pattern.compile("\\[(\\d)\\] ready: .* cluster=127\\.0\\.0\\.1:(\\d+)")
              .matcher(parent.output())
              .results()
              .sorted(Comparator.comparing(ready -> ready.group(1)))
              .map(ready -> Integer.valueOf(ready.group(2)))
              .toList();
      int lower = ports.get(0) < ports.get(1) ? 0 : 1;
      Gateway left = Gateway.at(members.get(1 - lower).group(2));
      awaitMembers(2, left);
      ProcessHandle.of(Long.parseLong(members.get(lower).group(1))).orElseThrow().destroyForcibly();
      // A cluster lets somebody in only when it has agreed on who is gone.
      try (MemberProcess later = MemberProcess.start(joins(ports.get(1 - lower)))) {
        awaitMembers(2, left, later.gateway());
        assertThat(left.post("/api/generate", GENERATE).statusCode()).isEqualTo(200);
        assertThat(later.gateway().post("/api/generate", GENERATE).statusCode()).isEqualTo(200);
      }
      parent.terminate();
      parent.exitCode();
    }
  }

  static void awaitMembers(int count, Gateway... gateways) {
    for (Gateway gateway : gateways) {
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> gateway.members() == count);
    }
  }

  private static String joins(int port) {
    return "cluster.seeds=[\"127.0.0.1:" + port + "\"]";
  }
}
