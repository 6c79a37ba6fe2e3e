package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.ServerAddress;
import io.llmcluster.core.testkit.FerretDb;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.StandIn;
import io.llmcluster.testkit.TcpLink;
import io.llmcluster.testkit.Workflow;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store is away, until all submissions of that time have been refused. On FerretDB the server
 * process is killed (-9) and started again; on a given MongoDB, which is not ours to kill, the way
 * to it is cut, so that only the members' side of an outage is shown.
 */
class StoreLossIT {

  private static final List<String> KINDS = WorkflowClients.KINDS;
  private static final int REFUSED = 8;

  /** How long it is away at least; scripts/bench-chaos --store takes a minute. */
  private static final int SECONDS = Integer.getInteger("store.away.seconds", 0);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder = Path.of("");

  /** What takes the store away and brings it back. */
  private interface Switch {
    void turn() throws Exception;
  }

  @Test
  void a_killed_ferretdb_loses_no_workflow_and_all_go_on_by_themselves() throws Exception {
    try (FerretDb server = FerretDb.start(folder)) {
      outage(server.uri() + "/?", server::kill, server::startAgain);
    }
  }

  @Test
  @Tag(TestStore.ON_MONGODB)
  @EnabledIfEnvironmentVariable(named = "LLM_CLUSTER_TEST_MONGODB", matches = ".+")
  void a_given_mongodb_out_of_reach_loses_no_workflow_and_all_go_on_by_themselves()
      throws Exception {
    String uri = System.getenv("LLM_CLUSTER_TEST_MONGODB");
    String host = new ConnectionString(uri).getHosts().get(0);
    ServerAddress server = new ServerAddress(host);
    try (TcpLink link = new TcpLink(server.getHost(), server.getPort())) {
      String through =
          uri.replaceFirst("://([^/@]*@)?[^/?]*/?", "://$1127.0.0.1:" + link.port() + "/");
      outage(
          through + (through.contains("?") ? "&" : "?") + "directConnection=true&",
          link::cut,
          link::mend);
    }
  }

  /**
   * @param uri to which an option can be added
   */
  private void outage(String uri, Switch away, Switch back) throws Exception {
    String database = "llm-cluster-test-" + UUID.randomUUID().toString().substring(0, 8);
    try (StandIn backend = slow();
        MemberProcess member =
            MemberProcess.start(
                "nodes=[" + backend.node(32) + "]",
                "data-dir=\"" + folder + "\"",
                // an operator's patience would be a minute
                "mongodb.uri=\"" + uri + "serverSelectionTimeoutMS=3000\"",
                "mongodb.database=" + database)) {
      Gateway gateway = member.gateway();
      backend.answers(5, Duration.ofMillis(1));
      Changes changes = Changes.of(gateway);
      slowly(backend).requestIds.clear();
      List<Workflow> acknowledged = begin(gateway, backend);
      away.turn();
      long gone = System.nanoTime();
      assertThat(backend.running).as("calls when the store goes").hasPositiveValue();
      backend.answers(20, Duration.ofMillis(50)).requestIds.clear();
      int refusals = 0;
      List<CompletableFuture<HttpResponse<String>>> changing = changes.ask(gateway);
      do {
        refusals += assertRefused(gateway);
      } while (System.nanoTime() - gone < SECONDS * 1_000_000_000L);
      refusals += assertRefused(changing);
      HttpResponse<String> view =
          gateway.send("GET", "/api/patterns/execution/" + acknowledged.get(0).id(), "");
      assertThat(view.statusCode()).as(view.body()).isEqualTo(503);
      assertThat(callers(backend)).as("nothing can go on").isEmpty();
      long absent = System.nanoTime() - gone;
      back.turn();
      awaitEnds(gateway, acknowledged);
      acknowledged.forEach(workflow -> assertEndsOnce(gateway, workflow));
      acknowledged.forEach(WaysTaken::assertLong);
      changes.assertWork(gateway);
      System.out.printf(
          "measured: the store was away for %d s: %d requests refused (503), all of %d"
              + " workflows went on and ended once%n",
          absent / 1_000_000_000, refusals, acknowledged.size());
      // What was refused may be sent again; it is the same workflow, whatever became of it.
      for (int i = 0; i < REFUSED; i++) {
        assertThat(submit(gateway, i).join().statusCode()).isIn(200, 202);
      }
    }
  }

  /** Its answers take longer than what is to happen meanwhile. */
  private static StandIn slow() {
    return slowly(StandIn.start("n").obeysForms());
  }

  private static StandIn slowly(StandIn backend) {
    return backend.answers(400, Duration.ofMillis(50));
  }

  /** A workflow of each kind; all of them wait for models. */
  private static List<Workflow> begin(Gateway gateway, StandIn backend) {
    List<Workflow> begun = new ArrayList<>();
    for (String kind : KINDS) {
      begun.add(Workflow.begin(gateway, kind, WorkflowClients.request(kind, kind)));
    }
    Awaitility.await().atMost(PATIENCE).until(() -> callers(backend).containsAll(ids(begun)));
    return begun;
  }

  private static Set<String> ids(List<Workflow> workflows) {
    return workflows.stream().map(Workflow::id).collect(Collectors.toSet());
  }

  /** The workflows that called it, and whatever else did. */
  static Set<String> callers(StandIn... backends) {
    return Stream.of(backends)
        .flatMap(one -> one.requestIds.stream())
        .map(key -> key.replaceFirst("/.*", ""))
        .collect(Collectors.toSet());
  }

  /**
   * Nobody asks for a workflow, which would wake it: the list says which have come to their end by
   * themselves.
   */
  private static void awaitEnds(Gateway gateway, List<Workflow> workflows) {
    String ended = "/api/patterns/executions?status=completed&limit=100";
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> gateway.get(ended).findValuesAsText("id").containsAll(ids(workflows)));
  }

  /**
   * @return how many were
   */
  private static int assertRefused(Gateway gateway) {
    List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
    for (int i = 0; i < REFUSED; i++) {
      asked.add(submit(gateway, i));
    }
    return assertRefused(asked);
  }

  private static int assertRefused(List<CompletableFuture<HttpResponse<String>>> asked) {
    for (CompletableFuture<HttpResponse<String>> one : asked) {
      HttpResponse<String> refused = one.join();
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    }
    return asked.size();
  }

  /**
   * The process that serves the embedded store to its members takes them along, since nobody could
   * stop them any more; so this is a full stop.
   */
  @Test
  void a_killed_server_of_the_embedded_store_loses_no_workflow_and_all_go_on_by_themselves() {
    try (StandIn backend = slow()) {
      List<Workflow> acknowledged;
      List<ProcessHandle> members;
      try (MemberProcess parent = upTwoMembers(backend)) {
        acknowledged = begin(parent.awaitMembers().get(0), backend);
        members = ProcessHandle.of(parent.pid()).orElseThrow().children().toList();
        assertThat(members).hasSize(2);
        parent.kill();
      }
      backend.answers(20, Duration.ofMillis(50)).requestIds.clear();
      try (MemberProcess parent = upTwoMembers(backend)) {
        Gateway gateway = parent.awaitMembers().get(0);
        awaitEnds(gateway, acknowledged);
        acknowledged.forEach(workflow -> assertEndsOnce(gateway, workflow));
        acknowledged.forEach(WaysTaken::assertLong);
        parent.terminate();
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> members.stream().noneMatch(ProcessHandle::isAlive));
      }
    }
  }

  private MemberProcess upTwoMembers(StandIn backend) {
    List<String> arguments =
        new ArrayList<>(List.of("up", "--members", "2", "--data-dir", folder.toString()));
    for (String setting :
        List.of(
            "server.port=0", "node.port=0", "cluster.port=0", "nodes=[" + backend.node(32) + "]")) {
      arguments.addAll(List.of("--set", setting));
    }
    return MemberProcess.launch(Map.of(), arguments.toArray(String[]::new));
  }

  private static String request(int i) {
    return "{\"prompt\":\"question " + i + "\",\"models\":[\"m\"]}";
  }

  private static CompletableFuture<HttpResponse<String>> submit(Gateway gateway, int i) {
    return gateway.sendAsync(
        "POST", "/api/patterns/ensemble", request(i), "Idempotency-Key", "key-" + i);
  }

  private static void assertEndsOnce(Gateway gateway, Workflow workflow) {
    Awaitility.await(workflow.id())
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(workflow.view(gateway).toString())
                    .contains("\"status\":\"completed\",\"answer\""));
    workflow.follow(gateway);
    WorkflowLossIT.assertToldOnce(workflow);
  }
}
