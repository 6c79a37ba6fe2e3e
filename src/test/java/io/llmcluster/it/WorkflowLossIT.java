package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.storage.Store;
import io.llmcluster.core.storage.StoreServer;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.testkit.Arrivals;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import io.llmcluster.testkit.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workflows of all kinds, under way while members are killed. */
@Tag("long")
@Tag(TestStore.ON_MONGODB)
@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class WorkflowLossIT {

  /** At any time; scripts/bench-chaos has more rounds. */
  private static final int WORKFLOWS = Integer.getInteger("chaos.workflows", 50);

  private static final int KILLS = Integer.getInteger("chaos.kills", 2);
  private static final int SECONDS = Integer.getInteger("chaos.seconds", 120);
  private static final int ROUNDS = Integer.getInteger("chaos.rounds", 2);

  /** Calls that a stand-in answers at once. */
  private static final int CONCURRENCY = 8;

  /** Where scripts/verify-mongodb has them run; empty: on the embedded store. */
  static final String MONGODB = System.getenv().getOrDefault("LLM_CLUSTER_TEST_MONGODB", "");

  private final Random random = new Random(7);

  private static final String CONVERSATIONS = "/api/agents/conversations";

  @TempDir Path folder;

  private final List<StandIn> backends = new ArrayList<>();
  private final List<MemberProcess> members = new CopyOnWriteArrayList<>();
  private @Nullable StoreServer served;
  private final List<String> settings = new ArrayList<>();

  @BeforeEach
  void start() {
    settings.add("data-dir=\"" + folder + "\"");
    settings.addAll(MONGODB.isEmpty() ? serve() : givenMongo());
    for (int i = 0; i < 3; i++) {
      backends.add(StandIn.start("n" + i).answers(10, Duration.ofMillis(30)).obeysForms());
    }
    settings.add(
        backends.stream()
            .map(one -> one.node(CONCURRENCY))
            .collect(Collectors.joining(",", "nodes=[", "]")));
    member();
    member();
    member();
    awaitMembers(3);
  }

  @AfterEach
  void stop() {
    members.forEach(MemberProcess::close);
    backends.forEach(StandIn::close);
    if (served != null) {
      served.close();
    }
  }

  private List<String> serve() {
    served = StoreServer.start(new Store.OwnFile(folder.resolve("store")));
    return List.of("storage.server=\"" + served.address() + "\"");
  }

  /** In a database of its own, which may be dropped. */
  static List<String> givenMongo() {
    String database = "llm-cluster-test-" + UUID.randomUUID().toString().substring(0, 8);
    return List.of("mongodb.uri=\"" + MONGODB + "\"", "mongodb.database=" + database);
  }

  private void member() {
    List<String> all = new ArrayList<>(settings);
    members.stream().limit(1).map(MemberProcess::joins).forEach(all::add);
    members.add(MemberProcess.start(all.toArray(String[]::new)));
  }

  private void awaitMembers(int count) {
    for (MemberProcess member : members) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(40))
          .ignoreExceptions()
          .until(() -> member.gateway().members() == count);
    }
  }

  private List<Workflow> begin(int count) {
    List<Workflow> workflows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String kind = WorkflowClients.KINDS.get(i % WorkflowClients.KINDS.size());
      workflows.add(
          Workflow.begin(
              members.get(i % members.size()).gateway(),
              kind,
              WorkflowClients.request(kind, String.valueOf(i))));
    }
    return workflows;
  }

  static void assertToldOnce(Workflow workflow) {
    assertThat(workflow.isOver()).as(workflow.id() + workflow.names()).isTrue();
    assertThat(workflow.numbers())
        .as("no gap and no repeat")
        .isEqualTo(LongStream.rangeClosed(1, workflow.numbers().size()).boxed().toList());
    assertThat(workflow.completedSteps()).doesNotHaveDuplicates();
    assertThat(workflow.names().stream().filter("WorkflowCompleted"::equals)).hasSize(1);
  }

  @Test
  void members_that_are_killed_one_after_the_other_lose_nothing_and_finish_nothing_twice() {
    for (int round = 1; round <= ROUNDS; round++) {
      long begun = System.nanoTime();
      WorkflowClients clients = new WorkflowClients(this::gateways);
      clients.start(WORKFLOWS);
      int kills = 0;
      while (kills < KILLS || System.nanoTime() - begun < SECONDS * 1_000_000_000L) {
        awaitCalls(clients);
        members.remove(random.nextInt(members.size())).kill();
        kills++;
        awaitMembers(2);
        member();
        awaitMembers(3);
      }
      List<Workflow> workflows = clients.finish();
      workflows.forEach(WorkflowLossIT::assertToldOnce);
      WaysTaken.assertAllWays(workflows);
      System.out.printf(
          "measured: round %d: %d s, %d kills, %d workflows, %d events, %d calls begun again%n",
          round,
          (System.nanoTime() - begun) / 1_000_000_000,
          kills,
          workflows.size(),
          workflows.stream().mapToInt(one -> one.told().size()).sum(),
          workflows.stream().mapToLong(WorkflowLossIT::restarted).sum());
    }
  }

  private static long restarted(Workflow workflow) {
    return workflow.told().stream()
        .filter(event -> event.data().path("reissued").asBoolean())
        .count();
  }

  private List<Gateway> gateways() {
    return members.stream().map(MemberProcess::gateway).toList();
  }

  /** So that each kill meets workflows that go on. */
  private void awaitCalls(WorkflowClients clients) {
    int before = received();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> clients.idle() || received() > before + WORKFLOWS / 4);
  }

  private int received() {
    return backends.stream().mapToInt(one -> one.received.get()).sum();
  }

  /** A conversation whose first message is being answered. */
  private String converse(String request) {
    Gateway gateway = members.get(0).gateway();
    String id = Gateway.parse(gateway.post(CONVERSATIONS, request).body()).path("id").asText();
    String message = "{\"content\":\"question\",\"messageId\":\"q\"}";
    assertThat(gateway.post(CONVERSATIONS + "/" + id + "/messages", message).body())
        .contains("\"status\":\"running\"");
    return id;
  }

  private static void assertAnswered(Gateway gateway, String conversation, int attempt) {
    String path = CONVERSATIONS + "/" + conversation;
    JsonNode turn = gateway.get(path + "/messages/q?wait=90s");
    assertThat(turn.path("status").asText()).as(turn.toString()).isEqualTo("answered");
    assertThat(turn.path("attempt").asInt()).isEqualTo(attempt);
    assertThat(gateway.send("DELETE", path, "").statusCode()).isEqualTo(200);
    assertThat(gateway.send("GET", path, "").statusCode()).isEqualTo(404);
  }

  @Test
  void after_a_full_stop_all_workflows_and_conversations_go_on_by_themselves() {
    String outside = takenOutside(members.get(0).gateway());
    backends.forEach(one -> one.answers(1000, Duration.ofMillis(30))); // so that none is done
    List<Workflow> workflows = begin(WORKFLOWS);
    String alone = converse("{\"model\":\"m\"}");
    String together = converse("{\"pattern\":\"ensemble\",\"models\":[\"m\"]}");
    members.forEach(MemberProcess::kill);
    members.clear();
    Awaitility.await().until(() -> backends.stream().allMatch(one -> one.running.get() == 0));
    backends.forEach(one -> one.answers(10, Duration.ofMillis(30)).forget());
    long begun = System.nanoTime();
    member();
    Gateway gateway = members.get(0).gateway();
    // Nobody asks for a workflow: the calls that arrive are those of workflows that go on.
    Set<String> all = workflows.stream().map(Workflow::id).collect(Collectors.toSet());
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> StoreLossIT.callers(backends.toArray(StandIn[]::new)).containsAll(all));
    long resumed = System.nanoTime();
    assertAnswered(gateway, alone, 2); // its call was lost
    assertAnswered(gateway, together, 1); // its workflow was not
    for (Workflow workflow : workflows) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> workflow.view(gateway).path("status").asText().equals("completed"));
      workflow.follow(gateway);
      assertToldOnce(workflow);
      assertThat(workflow.view(gateway).path("recovery").path("reissued").asInt()).isPositive();
    }
    WaysTaken.assertAllWays(workflows);
    List<Integer> most = backends.stream().map(one -> one.mostRunning.get()).toList();
    System.out.printf(
        "measured: %d workflows after a full stop: all resumed %d ms after the start; at most %s"
            + " calls at once at the nodes (of %d each), %d new ones within a second%n",
        WORKFLOWS,
        (resumed - begun) / 1_000_000,
        most,
        CONCURRENCY,
        Arrivals.mostWithin(
            Duration.ofSeconds(1), backends.stream().map(one -> one.arrivals).toList()));
    assertThat(most)
        .as("no stampede: each node answers what it has admitted")
        .allSatisfy(calls -> assertThat(calls).isBetween(1, CONCURRENCY));
    assertThat(gateway.get(outside + "/next").path("tasks")).as("they are still taken").isEmpty();
    doOutside(gateway, outside, "a");
    doOutside(gateway, outside, "b");
    assertThat(take(gateway, outside)).as("it waited for the others").isEqualTo(List.of("c"));
    doOutside(gateway, outside, "c");
    assertThat(gateway.get(outside + "/result?wait=60s").path("answer").asText())
        .isEqualTo("by hand");
  }

  /** A plan whose first two tasks a client has taken; the third needs their results. */
  private static String takenOutside(Gateway gateway) {
    String request = "{\"model\":\"m\",\"prompt\":\"q\",\"mode\":\"external\"}";
    String submission = "/api/workflow/decompose/generate?wait=60s";
    String id = Gateway.parse(gateway.post(submission, request).body()).path("id").asText();
    assertThat(take(gateway, "/api/workflow/" + id)).isEqualTo(List.of("a", "b"));
    return "/api/workflow/" + id;
  }

  private static List<String> take(Gateway gateway, String workflow) {
    JsonNode taken = gateway.get(workflow + "/next?lease=3600&owner=me").path("tasks");
    return StreamSupport.stream(taken.spliterator(), false)
        .map(task -> task.path("id").asText())
        .toList();
  }

  private static void doOutside(Gateway gateway, String workflow, String task) {
    String done = "{\"status\":\"SUCCEEDED\",\"output\":\"by hand\",\"owner\":\"me\"}";
    String path = workflow + "/task/" + task;
    assertThat(gateway.send("PUT", path, done).statusCode()).isEqualTo(200);
  }
}
