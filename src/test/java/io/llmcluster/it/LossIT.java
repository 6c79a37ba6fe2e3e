package io.llmcluster.it;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.Measured;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Members that come, go and are killed, with requests under way. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // started before the first test
class LossIT {

  /**
   * Longer than the minute after which much on the way of a request gives up by default. {@code
   * -Dload.seconds=150} makes it longer.
   */
  private static final Duration LOADING = Duration.ofSeconds(Long.getLong("load.seconds", 65));

  private static StandIn loader;
  private static MemberProcess loadersGateway;
  private static MemberProcess loadersNode;
  private static CompletableFuture<HttpResponse<String>> streamAfterLoading;
  private static CompletableFuture<HttpResponse<String>> wholeAfterLoading;

  /** Runs beside the tests, so that waiting for it costs no time of its own. */
  @BeforeAll
  static void beginToLoad() {
    loader = StandIn.start("loader").loads(LOADING);
    loadersGateway = MemberProcess.start("cluster.roles=[gateway]");
    loadersNode =
        MemberProcess.start(
            loadersGateway.joins(), "cluster.roles=[node]", "nodes=[" + loader.node(2) + "]");
    Gateway gateway = loadersGateway.gateway();
    awaitNodes(gateway, "loader");
    streamAfterLoading = gateway.sendAsync("POST", "/api/generate", GENERATE);
    wholeAfterLoading =
        gateway.sendAsync(
            "POST", "/api/generate", "{\"model\":\"m\",\"prompt\":\"x\",\"stream\":false}");
  }

  @AfterAll
  static void stopLoader() {
    loadersGateway.close();
    loadersNode.close();
    loader.close();
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void a_model_that_loads_for_more_than_a_minute_on_another_member_is_waited_for() {
    HttpResponse<String> stream = streamAfterLoading.join();
    assertThat(stream.statusCode()).as(stream.body()).isEqualTo(200);
    assertThat(Gateway.text(Gateway.parseLines(stream.body()))).isEqualTo(loader.text());
    HttpResponse<String> whole = wholeAfterLoading.join();
    assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
    assertThat(loader.received).as("nothing is sent twice").hasValue(2);
  }

  private static final String GENERATE = "{\"model\":\"m\",\"prompt\":\"x\"}";

  private final List<StandIn> backends = new ArrayList<>();
  private final List<MemberProcess> members = new ArrayList<>();

  @AfterEach
  void stop() {
    members.forEach(MemberProcess::close);
    backends.forEach(StandIn::close);
  }

  private StandIn backend(String name) {
    StandIn backend = StandIn.start(name);
    backends.add(backend);
    return backend;
  }

  private MemberProcess member(String... settings) {
    MemberProcess member = MemberProcess.start(settings);
    members.add(member);
    return member;
  }

  private static void awaitNodes(Gateway gateway, String... names) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                StreamSupport.stream(
                        gateway.get("/api/cluster/status").path("nodes").spliterator(), false)
                    .filter(node -> node.path("health").asText().equals("up"))
                    .map(node -> node.path("name").asText())
                    .collect(Collectors.toSet())
                    .equals(Set.of(names)));
  }

  /** With many nodes, each member stands for some; which ones is in the status. */
  private Gateway threeMembersWithNodes(int count) {
    String nodes =
        IntStream.range(0, count)
            .mapToObj(i -> backend("n" + i).node(30))
            .collect(Collectors.joining(",", "nodes=[", "]"));
    MemberProcess first = member(nodes);
    member(first.joins(), nodes);
    member(first.joins(), nodes);
    Gateway gateway = first.gateway();
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> gateway.members() == 3);
    awaitNodes(gateway, IntStream.range(0, count).mapToObj(i -> "n" + i).toArray(String[]::new));
    return gateway;
  }

  /** The streams whose first pieces have come, of the nodes that a member stands for. */
  private int streamsThrough(MemberProcess member) {
    return StreamSupport.stream(
            members.get(0).gateway().get("/api/cluster/status").path("nodes").spliterator(), false)
        .filter(node -> node.path("member").asText().contains(member.cluster()))
        .map(node -> node.path("name").asText())
        .mapToInt(
            name ->
                backends.stream()
                    .filter(backend -> backend.name().equals(name))
                    .filter(backend -> backend.sent.get() > 3 * backend.running.get())
                    .mapToInt(backend -> backend.running.get())
                    .sum())
        .sum();
  }

  @Test
  void after_kill_9_under_200_streams_the_rest_answers_and_broken_streams_say_so() {
    Gateway gateway = threeMembersWithNodes(15);
    CompletableFuture<Boolean> lost = new CompletableFuture<>();
    backends.forEach(backend -> backend.answers(120, Duration.ofMillis(50)).endsAfter(lost));
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(gateway.sendAsync("POST", "/api/generate", GENERATE));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> backends.stream().mapToInt(backend -> backend.running.get()).sum() == 100);
    MemberProcess killed = Collections.max(members.subList(1, 3), comparing(this::streamsThrough));
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> streamsThrough(killed) > 0);
    // A second hundred is not answering yet when the member dies.
    backends.forEach(backend -> backend.answers(120, Duration.ofMillis(60)));
    for (int i = 0; i < 100; i++) {
      answers.add(gateway.sendAsync("POST", "/api/generate", GENERATE));
    }
    killed.kill();
    lost.complete(true);
    int whole = 0;
    int broken = 0;
    for (CompletableFuture<HttpResponse<String>> each : answers) {
      HttpResponse<String> answer = each.join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      List<JsonNode> lines = Gateway.parseLines(answer.body());
      JsonNode last = lines.get(lines.size() - 1);
      if (last.has("error")) {
        assertThat(lines).noneMatch(line -> line.path("done").asBoolean());
        assertThat(Gateway.text(lines))
            .as("had begun, else another node would have answered: %s", answer.body())
            .isNotEmpty();
        broken++;
      } else {
        assertThat(last.path("done").asBoolean()).isTrue();
        String text = Gateway.text(lines);
        assertThat(backends.stream().map(StandIn::text)).contains(text);
        whole++;
      }
    }
    assertThat(whole + broken).isEqualTo(200);
    assertThat(broken).as("streams through the killed member").isPositive();
    assertThat(whole).isGreaterThan(100);
    // Its nodes move to the other two.
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                gateway.members() == 2
                    && IntStream.range(0, 15)
                        .allMatch(i -> gateway.node("n" + i).path("health").asText().equals("up")));
  }

  @Test
  void sigterm_loses_no_request_neither_of_the_gateway_nor_of_its_nodes() throws Exception {
    Gateway gateway = threeMembersWithNodes(6);
    Gateway leaving = members.get(1).gateway();
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    backends.forEach(backend -> backend.answers(120, Duration.ofMillis(50)).endsAfter(told));
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      answers.add(gateway.sendAsync("POST", "/api/generate", GENERATE));
      answers.add(leaving.sendAsync("POST", "/api/generate", GENERATE));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> backends.stream().mapToInt(backend -> backend.running.get()).sum() == 60);
    members.get(1).terminate();
    told.complete(true);
    List<CompletableFuture<HttpResponse<String>>> later = new ArrayList<>();
    while (members.get(1).isAlive()) {
      later.add(gateway.sendAsync("POST", "/api/generate", GENERATE));
      later.get(later.size() - 1).join();
    }
    answers.addAll(later);
    assertThat(later).isNotEmpty();
    for (CompletableFuture<HttpResponse<String>> each : answers) {
      HttpResponse<String> answer = each.join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      List<JsonNode> lines = Gateway.parseLines(answer.body());
      assertThat(lines.get(lines.size() - 1).path("done").asBoolean())
          .as(lines.get(lines.size() - 1).toString())
          .isTrue();
    }
    assertThat(members.get(1).exitCode()).isIn(0, 143);
  }

  /** A gateway, and a node elsewhere that stands for the backend. */
  private Gateway gatewayBeforeFarNode(StandIn backend, int concurrency) {
    MemberProcess first = member("cluster.roles=[gateway]");
    member(first.joins(), "cluster.roles=[node]", "nodes=[" + backend.node(concurrency) + "]");
    awaitNodes(first.gateway(), backend.name());
    return first.gateway();
  }

  @Test
  void a_node_that_is_told_to_stop_finishes_streams_that_take_longer_than_a_few_seconds()
      throws Exception {
    StandIn backend = backend("slow").answers(100, Duration.ofMillis(100));
    Gateway gateway = gatewayBeforeFarNode(backend, 10);
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(gateway.sendAsync("POST", "/api/generate", GENERATE));
    }
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> backend.running.get() == 10);
    members.get(1).terminate();
    for (CompletableFuture<HttpResponse<String>> each : answers) {
      List<JsonNode> lines = Gateway.parseLines(each.join().body());
      JsonNode last = lines.get(lines.size() - 1);
      assertThat(last.path("done").asBoolean()).as(last.toString()).isTrue();
      assertThat(Gateway.text(lines)).isEqualTo(backend.text());
    }
    assertThat(members.get(1).exitCode()).isIn(0, 143);
  }

  @Test
  void four_hundred_streams_run_at_a_time_between_two_members() {
    StandIn backend = backend("wide").answers(100_000, Duration.ofMillis(500));
    Gateway gateway = gatewayBeforeFarNode(backend, 400);
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      answers.add(gateway.sendAsync("POST", "/api/generate", GENERATE));
    }
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> backend.running.get() == 400);
    answers.forEach(answer -> answer.cancel(true));
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> backend.running.get() == 0);
  }

  @Test
  void a_node_that_joins_is_used_for_what_waits() {
    StandIn one = backend("one");
    MemberProcess first = member("nodes=[" + one.node(1) + "]");
    one.answers(100_000, Duration.ofMillis(50)); // so that its slot is never free again
    CompletableFuture<HttpResponse<String>> running =
        first.gateway().sendAsync("POST", "/api/generate", GENERATE);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> one.running.get() == 1);
    // Two: if the first node moves to the new member, it takes one of them there while its slot
    // here is being drained.
    List<CompletableFuture<HttpResponse<String>>> waiting =
        List.of(
            first.gateway().sendAsync("POST", "/api/generate", GENERATE),
            first.gateway().sendAsync("POST", "/api/generate", GENERATE));
    StandIn two = backend("two");
    member(first.joins(), "nodes=[" + two.node(1) + "]", "cluster.roles=[node]");
    // It says that it is ready when it is up and has looked at its node.
    Measured.await(
        "a node used after its member was ready",
        2000,
        () -> waiting.stream().anyMatch(CompletableFuture::isDone));
    HttpResponse<String> answer =
        waiting.stream().filter(CompletableFuture::isDone).findFirst().orElseThrow().join();
    assertThat(answer.headers().firstValue("X-Served-By")).contains("two");
    waiting.forEach(each -> each.cancel(true));
    running.cancel(true);
  }

  @Test
  void losing_one_of_the_members_leaves_the_others_serving() {
    Gateway gateway = threeMembersWithNodes(3);
    members.get(0).kill();
    Gateway other = members.get(1).gateway();
    assertThat(gateway.url()).isNotEqualTo(other.url());
    for (int i = 0; i < 20; i++) {
      assertThat(other.post("/api/generate", GENERATE).statusCode()).isEqualTo(200);
    }
    awaitNodes(other, "n0", "n1", "n2");
  }

  @Test
  void a_model_whose_only_node_moves_is_waited_for() {
    Gateway gateway = threeMembersWithNodes(1);
    MemberProcess standsForIt = memberOf(gateway, "n0");
    MemberProcess other =
        members.stream().filter(member -> member != standsForIt).findFirst().orElseThrow();
    standsForIt.kill();
    HttpResponse<String> answer = other.gateway().post("/api/generate", GENERATE);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /** Its member is gone for a while before another one has seen what the node has. */
  @Test
  void a_model_whose_only_node_moves_is_waited_for_while_nodes_without_it_are_well() {
    StandIn moving = backend("moving");
    String nodes =
        Stream.concat(
                Stream.of(moving),
                IntStream.range(0, 4).mapToObj(i -> backend("n" + i).models("other:latest")))
            .map(backend -> backend.node(8))
            .collect(Collectors.joining(",", "nodes=[", "]"));
    String patient = "inference.grace=20s";
    MemberProcess first = member(nodes, patient);
    member(first.joins(), nodes, patient);
    member(first.joins(), nodes, patient);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> first.gateway().members() == 3);
    for (MemberProcess member : members) {
      awaitNodes(member.gateway(), "moving", "n0", "n1", "n2", "n3");
    }
    MemberProcess lost = memberOf(first.gateway(), "moving");
    MemberProcess other =
        members.stream().filter(member -> member != lost).findFirst().orElseThrow();
    lost.kill();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              answers.add(other.gateway().sendAsync("POST", "/api/generate", GENERATE));
              JsonNode node = other.gateway().node("moving");
              return node.path("health").asText().equals("up")
                  && !node.path("member").asText().equals(lost.cluster());
            });
    for (CompletableFuture<HttpResponse<String>> each : answers) {
      HttpResponse<String> answer = each.join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  private MemberProcess memberOf(Gateway gateway, String node) {
    String address = gateway.node(node).path("member").asText();
    return members.stream()
        .filter(member -> member.cluster().equals(address))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_gateway_and_a_node_that_are_told_to_stop_wait_no_longer_than_they_are_set_to()
      throws Exception {
    StandIn backend = backend("endless").answers(1_000_000, Duration.ofMillis(50));
    MemberProcess first = member("cluster.roles=[gateway]");
    MemberProcess node =
        member(
            first.joins(),
            "cluster.roles=[node]",
            "cluster.drainTimeout=2s",
            "nodes=[" + backend.node(2) + "]");
    MemberProcess second =
        member(first.joins(), "cluster.roles=[gateway]", "cluster.drainTimeout=2s");
    awaitNodes(first.gateway(), backend.name());
    awaitNodes(second.gateway(), backend.name());
    CompletableFuture<HttpResponse<String>> answer =
        first.gateway().sendAsync("POST", "/api/generate", GENERATE);
    CompletableFuture<String> cut =
        second
            .gateway()
            .sendAsync("POST", "/api/generate", GENERATE)
            .handle((whole, broken) -> broken == null ? whole.body() : "broken");
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> backend.running.get() == 2);
    second.terminate();
    assertThat(second.exitCode()).as("a gateway that has to stop").isIn(0, 143);
    assertThat(cut.join()).doesNotContain("\"done\":true");
    node.terminate();
    assertThat(node.exitCode()).isIn(0, 143);
    List<JsonNode> lines = Gateway.parseLines(answer.join().body());
    assertThat(lines.get(lines.size() - 1).has("error")).isTrue();
    assertThat(lines).noneMatch(line -> line.path("done").asBoolean());
  }
}
